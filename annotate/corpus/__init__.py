"""Files and pages → articles: readers, HTML, typed segments, sentences, quotations, duplicates."""

"""Label Studio's ML-backend protocol over HTTP.

``GET /health``, ``POST /setup``, ``POST /predict``, ``GET /versions`` and ``POST /webhook``. What comes in is never
written anywhere: ``/setup`` carries a token of the project's creator, and ``/predict`` whole articles.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from annotate.serve.access import Login
from annotate.serve.hot import Hot, Serving
from annotate.serve.predictions import fits, predictions

if TYPE_CHECKING:
    import uvicorn

WELL, BAD_REQUEST, UNAUTHORIZED = 200, 400, 401
CLASS = "annotate"
"""What Label Studio shows as the kind of model."""


def _answer(value: object, status: int = WELL) -> Response:
    return Response(msgspec.json.encode(value), status_code=status, media_type="application/json")


def make_app(hot: Hot, login: Login | None = None) -> Starlette:
    """Return the application that serves a folder's newest model.

    Args:
        hot: the model.
        login: who may ask; everybody where none is given.
    """

    async def health(_: Request) -> Response:
        model = await run_in_threadpool(hot.current)
        said = {"trouble": hot.trouble} if hot.trouble else {}
        return _answer({"status": "UP", "model_class": CLASS, "model_version": model.name, **said})

    async def setup(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return _no_json()
        model = await run_in_threadpool(hot.current)
        if not fits(body.get("schema"), model):
            return _other_screen(model)
        return _answer({"model_version": model.name})

    async def predict(request: Request) -> Response:
        body = await _body(request)
        tasks = body.get("tasks") if body is not None else None
        if body is None or not isinstance(tasks, list):
            return _no_json()
        model = await run_in_threadpool(hot.current)  # one model for the whole request, whatever comes meanwhile
        if not fits(body.get("label_config"), model):
            return _other_screen(model)
        results = await run_in_threadpool(predictions, tasks, model)
        return _answer({"results": results, "model_version": model.name})

    async def versions(_: Request) -> Response:
        model = await run_in_threadpool(hot.current)
        return _answer({"versions": [model.name]})

    async def webhook(_: Request) -> Response:
        return _answer({})

    return Starlette(
        routes=[
            Route("/", health, methods=["GET"]),
            Route("/health", health, methods=["GET"]),
            Route("/setup", setup, methods=["POST"]),
            Route("/predict", predict, methods=["POST"]),
            Route("/versions", versions, methods=["GET"]),
            Route("/webhook", webhook, methods=["POST"]),
        ],
        middleware=[Middleware(BaseHTTPMiddleware, dispatch=_guard(login))] if login else [],
    )


def _guard(login: Login) -> Callable[[Request, Callable[[Request], Awaitable[Response]]], Awaitable[Response]]:
    async def dispatch(request: Request, forward: Callable[[Request], Awaitable[Response]]) -> Response:
        if login.fits(request.headers.get("authorization", "")):
            return await forward(request)
        refused = _answer({"detail": "name and password are wanted"}, UNAUTHORIZED)
        refused.headers["WWW-Authenticate"] = 'Basic realm="annotate serve"'
        return refused

    return dispatch


async def _body(request: Request) -> dict[str, Any] | None:
    """Return a request's JSON object; none where it is none."""
    try:
        return msgspec.json.decode(await request.body(), type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _no_json() -> Response:
    return _answer({"detail": "this is not what Label Studio sends"}, BAD_REQUEST)


def _other_screen(model: Serving) -> Response:
    ref = model.book.ref
    detail = (
        f"the project's screen is not the one of codebook {ref.name} {ref.version}, which the model was trained under"
    )
    return _answer({"detail": detail}, BAD_REQUEST)


class WithoutContent(logging.Filter):
    """Leaves of an error only its kind and its place: its words may quote an article."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten a record that carries an error; let all through."""
        kind, error, trace = record.exc_info if isinstance(record.exc_info, tuple) else (None, None, None)
        if kind is not None and error is not None:
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            place = f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
            record.msg, record.args = f"{kind.__name__}{place}", ()
            record.exc_info = record.exc_text = None
        return True


def make_server(app: Starlette, host: str, port: int) -> uvicorn.Server:
    """Return a server that logs neither requests nor the words of errors."""
    import uvicorn

    logging.getLogger("uvicorn.error").addFilter(WithoutContent())
    config = uvicorn.Config(
        app, host=host, port=port, access_log=False, log_level="warning", ws="none", lifespan="off", server_header=False
    )
    return uvicorn.Server(config)

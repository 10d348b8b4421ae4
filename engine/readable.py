"""What the library raises, as the engine's callers may see it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine.errors import DiagramError, EngineError, ServiceFailed


@contextmanager
def readable_errors() -> Iterator[None]:
    """Turn what the library raises into an `EngineError`; our own pass through as they are."""
    try:
        yield
    except EngineError:
        raise
    except ValidationException as error:
        raise DiagramError([str(error)]) from error
    except RecursionError as error:
        raise ServiceFailed() from error
    except SpiffWorkflowException as error:
        raise (_cause(error) or ServiceFailed()) from error


def _cause(error: BaseException | None) -> Exception | None:
    """What went wrong before the library put its own words around it; None if the library itself gave up."""
    while isinstance(error, SpiffWorkflowException):
        error = getattr(error, "exception", None) or error.__cause__ or error.__context__
    return error if isinstance(error, Exception) else None

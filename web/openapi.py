"""The description of the API, put together from small pieces; a test runs the API against it."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}
ID: Schema = {"type": "string", "format": "uuid"}
MAYBE_ID: Schema = {"type": ["string", "null"], "format": "uuid"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
MAYBE_MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
WHOLE: Schema = {"type": "integer"}
SUMMARY: Schema = {**MAYBE_TEXT, "description": "What is asked for in one line, days as 2026-12-07"}
FLAG: Schema = {"type": "boolean"}
STATUS: Schema = {"type": "string", "enum": ["running", "ended", "cancelled", "incident"]}
STRICT = {"additionalProperties": False}

PROBLEMS: dict[int, str] = {
    400: "The body or a parameter cannot be read",
    401: "No bearer token, or one that is unknown or has run out",
    403: "You may see this, but somebody else acts on it",
    404: "There is no such thing, or you may not know of it",
    405: "The path knows other methods",
    409: "Somebody was first: `decided_by`, `decided_at`, `outcome`; or the key was used for another body",
    413: "The body is larger than allowed",
    415: "The body is not of the content type that the path takes",
    422: "Answers to be mended: `errors` by field; or a package that cannot be deployed: `problems`",
    429: "Too many requests; `Retry-After` says when to go on",
    503: "Nothing was changed; try again later",
}


def ref(name: str) -> Schema:
    """A reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def record(**properties: Schema) -> Schema:
    """An object that has exactly these properties."""
    return {"type": "object", "properties": properties, "required": list(properties), **STRICT}


def listed(item: Schema) -> Schema:
    """A list of items."""
    return {"type": "array", "items": item}


def page(item: Schema) -> Schema:
    """A page of a list; ``next`` goes into ``after`` for the page behind it, null at the end."""
    return record(items=listed(item), next=MAYBE_TEXT)


OPEN_TASK = record(id=ID, step=TEXT, name=TEXT, principal=TEXT, due=MOMENT, form=MAYBE_TEXT)
LABELLED = record(label=TEXT, value=TEXT)
INSTANCE = {
    "id": ID,
    "reference": TEXT,
    "process": TEXT,
    "title": TEXT,
    "version": WHOLE,
    "status": STATUS,
    "outcome": MAYBE_TEXT,
    "summary": SUMMARY,
    "subject": TEXT,
    "starter": TEXT,
    "about": MAYBE_ID,
    "started_at": MOMENT,
    "ended_at": MAYBE_MOMENT,
}
ENTRY = record(
    at=MOMENT,
    who=TEXT,
    capacity=TEXT,
    kind=TEXT,
    step=MAYBE_TEXT,
    name=TEXT,
    outcome=MAYBE_TEXT,
    taken_back=FLAG,
    answers=listed(LABELLED),
)
PLACE = record(
    severity={"type": "string", "enum": ["error", "warning"]},
    code=TEXT,
    file=TEXT,
    element=MAYBE_TEXT,
    line={"type": ["integer", "null"], "minimum": 1},
    message=record(id=TEXT, en=TEXT),
)
PROBLEM: Schema = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": WHOLE,
        "detail": TEXT,
        "incident": TEXT,
        "decided_by": MAYBE_TEXT,
        "decided_at": MAYBE_MOMENT,
        "outcome": MAYBE_TEXT,
        "errors": {"type": "object", "additionalProperties": listed(TEXT)},
        "problems": listed(ref("Finding")),
    },
    **STRICT,
}
SCHEMAS: dict[str, Schema] = {
    "OpenTask": OPEN_TASK,
    "Instance": record(**INSTANCE, tasks=listed(ref("OpenTask"))),
    "InstanceWithTimeline": record(
        **INSTANCE, tasks=listed(ref("OpenTask")), facts=listed(LABELLED), timeline=listed(ENTRY)
    ),
    "InstanceRow": record(
        id=ID,
        reference=TEXT,
        process=TEXT,
        title=TEXT,
        status=INSTANCE["status"],
        outcome=MAYBE_TEXT,
        summary=SUMMARY,
        started_at=MOMENT,
    ),
    "Task": record(
        id=ID,
        instance=ID,
        reference=TEXT,
        process=TEXT,
        title=TEXT,
        step=TEXT,
        name=TEXT,
        subject=TEXT,
        summary=SUMMARY,
        since=MOMENT,
        due=MOMENT,
        claimed_by=MAYBE_TEXT,
        capacity=TEXT,
    ),
    "Claim": record(id=ID, claimed_by=MAYBE_TEXT),
    "Answers": {
        "type": "object",
        "required": ["answers"],
        "properties": {"answers": {"type": "object", "description": "By field of the step's form"}},
        **STRICT,
    },
    "Start": {
        "type": "object",
        "required": ["answers"],
        "properties": {
            "answers": {"type": "object", "description": "By field of the first step's form"},
            "about": {**MAYBE_ID, "description": "The request that it is about, where the process is about one"},
            "subject": {
                **MAYBE_TEXT,
                "minLength": 1,
                "maxLength": 64,
                "description": "The colleague that it is for, where the process may be started for one",
            },
        },
        **STRICT,
    },
    "Document": record(id=ID, name=TEXT, media_type=TEXT, size=WHOLE, digest=TEXT),
    "File": {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary", "description": "PDF, JPG or PNG, 5 MB at most"}},
        **STRICT,
    },
    "Version": record(process=TEXT, version=WHOLE, state=TEXT, digest=TEXT),
    "Finding": PLACE,
    "SignOfLife": record(status=TEXT),
    "Problem": PROBLEM,
}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key and body again get the same answer and have no second effect; 30 days",
    "schema": {"type": "string", "minLength": 1, "maxLength": 120, "pattern": "^[!-~]+$"},
}


def path_parameter(name: str, schema: Schema) -> Schema:
    """A part of the path."""
    return {"name": name, "in": "path", "required": True, "schema": schema}


def query(name: str, schema: Schema, description: str) -> Schema:
    """An optional parameter behind the question mark."""
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


PAGING = [
    query("after", {"type": "string", "maxLength": 200}, "`next` of the page before"),
    query("limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}, "Rows of a page"),
]
TASK_ID = path_parameter("task_id", ID)


def operation(summary: str, answers: str, *problems: int, status: int = 200, **more: Any) -> Schema:
    """What a path does: the schema of its good answer and the problems it can give."""
    responses: dict[str, Any] = {str(status): _content(summary, "application/json", answers)}
    for code in sorted({*problems, 401, 405, 429, 503} if more.get("security") != [] else {*problems, 405}):
        responses[str(code)] = _content(PROBLEMS[code], "application/problem+json", "Problem")
    return {"summary": summary, "responses": responses, **more}


def body(schema: str, kind: str = "application/json") -> Schema:
    """A body that must be sent."""
    content: Schema = {"schema": {"type": "string", "format": "binary"} if kind == "application/zip" else ref(schema)}
    return {"required": True, "content": {kind: content}}


def as_file(described: Schema) -> Schema:
    """The same operation, whose good answer is a file as it came."""
    good = {"description": described["summary"], "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}
    return {**described, "responses": {**described["responses"], "200": good}}


def _content(description: str, kind: str, schema: str) -> Schema:
    return {"description": description, "content": {kind: {"schema": ref(schema)}}}


PATHS: dict[str, Schema] = {
    "/processes/{key}/instances": {
        "post": operation(
            "Start a process by answering its first step",
            "Instance",
            *(400, 403, 404, 409, 413, 415, 422),
            status=201,
            operationId="start",
            parameters=[path_parameter("key", {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"}), KEY],
            requestBody=body("Start"),
        )
    },
    "/instances": {
        "get": operation(
            "The requests that concern me or that I started, newest first",
            "Instances",
            400,
            operationId="instances",
            parameters=[query("mine", {"type": "string", "maxLength": 5}, "Implied; there is no other list"), *PAGING],
        )
    },
    "/instances/{instance_id}": {
        "get": operation(
            "A request with its timeline",
            "InstanceWithTimeline",
            404,
            operationId="instance",
            parameters=[path_parameter("instance_id", ID)],
        )
    },
    "/instances/{instance_id}/take-back": {
        "post": operation(
            "Undo my own last decision while its time runs; its task is mine again",
            "Instance",
            *(400, 403, 404, 409),
            operationId="take_back",
            parameters=[path_parameter("instance_id", ID), KEY],
        )
    },
    "/instances/{instance_id}/evidence": {
        "post": operation(
            "Add documents to the questions of my running request whose files may follow; its holders are told",
            "Instance",
            *(400, 403, 404, 409, 413, 415, 422),
            operationId="add_evidence",
            parameters=[path_parameter("instance_id", ID), KEY],
            requestBody=body("Answers"),
        )
    },
    "/instances/{instance_id}/remind": {
        "post": operation(
            "Remind those who have my request: from the working day after it came to them, once a working day",
            "Instance",
            *(400, 403, 404, 409),
            operationId="remind",
            parameters=[path_parameter("instance_id", ID), KEY],
        )
    },
    "/tasks": {
        "get": operation(
            "My open tasks, oldest due first",
            "Tasks",
            400,
            operationId="tasks",
            parameters=[
                query("q", {"type": "string", "maxLength": 80}, "Reference, or beginning of the subject's name"),
                query("process", {"type": "string", "maxLength": 40}, "Only tasks of this process"),
                *PAGING,
            ],
        )
    },
    "/tasks/{task_id}/claim": {
        "post": operation(
            "Tell colleagues of the same queue that I do this one",
            "Claim",
            *(403, 404, 409),
            operationId="claim",
            parameters=[TASK_ID],
        )
    },
    "/tasks/{task_id}/release": {
        "post": operation(
            "Give a claimed task back to the queue",
            "Claim",
            *(403, 404, 409),
            operationId="release",
            parameters=[TASK_ID],
        )
    },
    "/tasks/{task_id}/complete": {
        "post": operation(
            "Complete a task; one of several clients succeeds, the others learn who decided what and when",
            "Instance",
            *(400, 403, 404, 409, 413, 415, 422),
            operationId="complete",
            parameters=[TASK_ID, KEY],
            requestBody=body("Answers"),
        )
    },
    "/documents": {
        "post": operation(
            "Keep a file; its id is an answer to a question about documents, for its owner and within 31 days",
            "Document",
            *(400, 413, 415, 422),
            status=201,
            operationId="upload",
            requestBody=body("File", "multipart/form-data"),
        )
    },
    "/documents/{document_id}": {
        "get": as_file(
            operation(
                "A document of a request that I may see, or one of mine that is not sent yet",
                "Document",
                404,
                operationId="document",
                parameters=[path_parameter("document_id", ID)],
            )
        )
    },
    "/deployments": {
        "post": operation(
            "Deploy a package as a draft, after the same check as `alur check` (process owners)",
            "Version",
            *(400, 403, 413, 415, 422),
            status=201,
            operationId="deploy",
            requestBody=body("", "application/zip"),
        )
    },
    "/health": {"get": operation("Whether the process answers", "SignOfLife", operationId="health", security=[])},
    "/ready": {
        "get": operation(
            "Whether it can work: database reachable and migrated", "SignOfLife", 503, operationId="ready", security=[]
        )
    },
}


def document(release: str) -> Schema:
    """The OpenAPI 3.1 document."""
    schemas = {**SCHEMAS, "Instances": page(ref("InstanceRow")), "Tasks": page(ref("Task"))}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Alur", "version": release, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}],
        "paths": PATHS,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }

"""The application: `create_app` is the only place where everything meets."""

from __future__ import annotations

from datetime import timedelta
from importlib.metadata import version

from flask import Flask, request
from flask_login import current_user
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from engine import Engine
from engine.catalog import Catalog
from engine.db import Database
from engine.erasing import also
from web import (
    account,
    acting,
    acting_changes,
    addresses,
    api,
    assets,
    auth,
    bulk,
    calendar,
    calendar_changes,
    calendar_rosters,
    calendar_units,
    colleagues,
    data,
    data_check,
    data_forms,
    deliveries,
    documents,
    errors,
    evidence,
    furniture,
    helpdesk,
    hints,
    home,
    i18n,
    inbox,
    incidents,
    leave,
    leave_opening,
    leave_reports,
    leave_year,
    letters,
    looking,
    notices,
    nudging,
    offline,
    overdue,
    own_data,
    papers,
    privacy,
    questions,
    record_import,
    records,
    referring,
    requests,
    retention,
    safety,
    start,
    studio,
    surat,
    synchronising,
    unsent,
)
from web.config import Settings, SettingsError
from web.erasing import clear_what_was_typed
from web.parts import Clock, Parts, system_clock
from workflows import services
from workflows.leave.law import LeaveLaw, adopt
from workflows.leave.office_law import laws_of_office
from workflows.people import People

RELEASE = version("alur")
LARGEST_FORM = 500_000
LARGEST_UPLOAD = 5_500_000
LARGEST_ATTACHED = 16_000_000
"""Bytes of a request: a form, a file of 5 MB in its envelope, and a form with three such files."""
ROOM = {
    "studio.deploy": LARGEST_UPLOAD,
    "letters.signed": LARGEST_UPLOAD,
    "record_import.check": LARGEST_UPLOAD,
    "start.fill": LARGEST_ATTACHED,
    "questions.answer": LARGEST_ATTACHED,
    "inbox.complete": LARGEST_ATTACHED,
    "evidence.send": LARGEST_ATTACHED,
    "data_forms.changed": LARGEST_ATTACHED,
    "data_forms.added": LARGEST_ATTACHED,
    "data_check.proved": LARGEST_ATTACHED,
    "offline.send": LARGEST_ATTACHED,
}
"""The pages that files are sent to."""

PAGES = (
    home,
    offline,
    inbox,
    bulk,
    referring,
    requests,
    nudging,
    overdue,
    leave,
    leave_opening,
    leave_reports,
    leave_year,
    calendar,
    calendar_units,
    calendar_rosters,
    calendar_changes,
    start,
    questions,
    data,
    data_forms,
    data_check,
    records,
    colleagues,
    documents,
    looking,
    own_data,
    retention,
    evidence,
    notices,
    deliveries,
    account,
    acting,
    acting_changes,
    addresses,
    studio,
    incidents,
    record_import,
    synchronising,
    letters,
    papers,
    privacy,
    helpdesk,
    hints,
)


also(clear_what_was_typed)


def create_app(settings: Settings, clock: Clock = system_clock) -> Flask:
    """The application for one installation."""
    app = Flask("web", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_FORM, MAX_FORM_MEMORY_SIZE=LARGEST_FORM, MAX_FORM_PARTS=1_000)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "undefined": StrictUndefined}
    app.extensions["alur"] = assemble(settings, clock)
    app.before_request(_room_for_files)  # before the form token is looked for, which reads the body
    auth.install(app)
    unsent.install(app)
    safety.install(app, https=settings.https)
    assets.install(app)
    offline.install(app)
    i18n.install(app)
    errors.install(app)
    furniture.install(app)
    helpdesk.install(app)
    surat.install(app)
    for page in (*PAGES, api):
        app.register_blueprint(page.bp)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]  # Flask documents it as the way to wrap an application
    return app


def assemble(settings: Settings, clock: Clock = system_clock) -> Parts:
    """Database, engine and organisation of an installation, as pages, worker and commands use them."""
    adopt(_law(settings))
    people = People()
    take_back = timedelta(minutes=settings.take_back)
    engine = Engine(Catalog(services), services, people, release=RELEASE, limits=settings.limits, take_back=take_back)
    return Parts(settings, Database(settings.database), engine, people, clock)


def _law(settings: Settings) -> tuple[LeaveLaw, ...]:
    try:
        return laws_of_office(settings.leave_law)
    except (OSError, ValueError) as error:
        raise SettingsError(f"ALUR_LEAVE_LAW cannot be used: {error}") from error


def _room_for_files() -> None:
    """Strangers have none: they could only fill the disk."""
    if request.endpoint in ROOM and request.mimetype == "multipart/form-data" and current_user.is_authenticated:
        request.max_content_length = ROOM[request.endpoint]

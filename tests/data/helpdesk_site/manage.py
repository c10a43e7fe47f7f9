"""A site of django-helpdesk alone, on SQLite; `tests.helpdesk_site` starts it"""

import json
import os
import socketserver
import sys
from email import message_from_string
from logging import getLogger
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import django
from django.conf import settings

AGENTS = ("briefwijzer", "agent")

settings.configure(
    SECRET_KEY="for tests alone",
    DEBUG=False,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="manage",
    DATABASES={"default": {
        "ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["SITE_DATABASE"],
        "OPTIONS": {"timeout": 20},
    }},
    EMAIL_BACKEND="django.core.mail.backends.filebased.EmailBackend",
    EMAIL_FILE_PATH=os.environ["SITE_MAILS"],
    INSTALLED_APPS=[
        "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
        "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles",
        "django.contrib.humanize", "django.contrib.sites", "rest_framework",
        "rest_framework.authtoken", "helpdesk",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
        "OPTIONS": {"context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]},
    }],
    REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
    ]},
    STATIC_URL="/static/",
    SITE_ID=1,
    USE_TZ=True,
    LOGIN_URL="/login/",
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    HELPDESK_TEAMS_MODE_ENABLED=False,
    # As an installation without a queue of tasks has them.
    HELPDESK_PRIVATE_FOLLOWUP_MEANS_NO_EMAILS=bool(os.environ.get("SITE_NO_MAIL")),
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.contrib.staticfiles.handlers import StaticFilesHandler  # noqa: E402
from django.core.management import execute_from_command_line  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import include, path  # noqa: E402

urlpatterns = [path("", include("helpdesk.urls"))]


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Say nothing of requests."""


def furnish() -> None:
    """Make a queue and the employees; print their tokens as JSON."""
    from helpdesk.models import Queue
    from rest_framework.authtoken.models import Token

    Queue.objects.create(
        title="Vragen", slug="vragen", allow_public_submission=True, allow_email_submission=True,
        email_address="helpdesk@example.nl", enable_notifications_on_email_events=True,
    )
    tokens = {}
    for name in AGENTS:
        user = User.objects.create_user(name, f"{name}@helpdesk.example.nl", name, is_staff=True)
        tokens[name] = Token.objects.create(user=user).key
    print(json.dumps(tokens))


def receive(text: str) -> None:
    """Take in an e-mail, as the command that reads the mailbox of a queue does."""
    from helpdesk.email import extract_email_metadata
    from helpdesk.models import Queue

    message = message_from_string(text)
    extract_email_metadata(message.as_string(), Queue.objects.get(), getLogger("mail"))


def copy_to(ticket_id: str, address: str) -> None:
    """Put somebody from outside on the Cc of a ticket."""
    from helpdesk.models import TicketCC

    TicketCC.objects.create(ticket_id=int(ticket_id), email=address, can_view=True)


def make_staff(name: str, is_staff: str) -> None:
    """Give a user the rights of an employee ("yes"), or take them ("no")."""
    User.objects.filter(username=name).update(is_staff=is_staff == "yes")


def session() -> None:
    """Print the key of a session of an employee who is logged in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    user = User.objects.get(username="agent")
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    print(store.session_key)


def listen(port: str) -> None:
    """Serve the site on `port`, or on a free one, and print where."""
    server = _Server(("127.0.0.1", int(port)), _Quiet)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


COMMANDS = {one.__name__: one for one in (furnish, receive, copy_to, make_staff, session, listen)}

if __name__ == "__main__":
    # The addresses name this module.
    sys.modules["manage"] = sys.modules["__main__"]
    if command := COMMANDS.get(sys.argv[1]):
        command(*sys.argv[2:])
    else:
        execute_from_command_line(sys.argv)

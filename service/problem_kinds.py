"""Every kind of problem that a request can end in; its type is stable and can be opened."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """A kind of problem; `advice` is a sentence that says what to do, `retry_after` in seconds,
    `challenge` what an Authorization header must be of."""

    name: str
    status: int
    title: str
    advice: str
    retry_after: int | None = None
    challenge: str | None = None

    @property
    def type(self) -> str:
        """The stable URI reference by which a program recognises this kind."""
        return f"/problems/{self.name}"

    @property
    def headers(self) -> dict[str, str]:
        """The headers that come with every response of this kind."""
        retry = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return retry if self.challenge is None else {**retry, "WWW-Authenticate": self.challenge}


INVALID_JSON = ProblemKind(
    "invalid-json", 400, "The body is not JSON", "Send one JSON object as the body."
)
INVALID_UTF8 = ProblemKind(
    "invalid-utf8", 400, "The body is not UTF-8", "Encode the body as UTF-8 and send it again."
)
INVALID_FORM = ProblemKind(
    "invalid-form",
    400,
    "The form cannot be read",
    "Send one file in the field 'file' of a multipart/form-data body.",
)
KEY_REQUIRED = ProblemKind(
    "key-required",
    401,
    "No key, or not the right one",
    "Send the header Authorization: Bearer KEY with a key of this service: whoever runs it makes "
    "one with briefwijzer keys create.",
    challenge="Bearer",
)
KEY_LACKS_SCOPE = ProblemKind(
    "key-lacks-scope",
    403,
    "The key is for something else",
    "Use a key with the scope that this address needs: ask, helpdesk or admin.",
)
TOO_MANY_REQUESTS = ProblemKind(
    "too-many-requests",
    429,
    "Too many requests with this key",
    "Wait for as long as the Retry-After header says, and send the request again.",
)
ADMINISTRATION_OFF = ProblemKind(
    "administration-off",
    403,
    "Letters cannot be added or removed here",
    "Make a key for it with briefwijzer keys create --scope admin, or set BRIEFWIJZER_ADMIN_KEY "
    "(at least 16 characters) for the service and start it again.",
)
FEEDBACK_OFF = ProblemKind(
    "feedback-off",
    403,
    "Feedback is not kept here",
    "Give create_app a FeedbackStore, as briefwijzer serve does.",
)
HOST_NOT_ALLOWED = ProblemKind(
    "host-not-allowed",
    403,
    "Unknown host name",
    "Use a host name that this service is configured for, such as 127.0.0.1 or localhost, or have "
    "this one named in BRIEFWIJZER_ALLOWED_HOSTS.",
)
ORIGIN_NOT_ALLOWED = ProblemKind(
    "origin-not-allowed",
    403,
    "Request from another site",
    "Send the request from this service's own page; a proxy before it must pass on Host and "
    "X-Forwarded-Proto. Other sites may be named in BRIEFWIJZER_ALLOWED_ORIGINS.",
)
NOT_FOUND = ProblemKind(
    "not-found", 404, "No such address", "Check the address; /docs lists those that exist."
)
UNKNOWN_LETTER = ProblemKind(
    "unknown-letter", 404, "No such letter", "Take a letter_id from GET /v1/letters."
)
NO_PAGES = ProblemKind(
    "no-pages",
    404,
    "A letter without pages",
    "Read the whole text with GET /v1/letters/{letter_id}/text.",
)
UNKNOWN_PAGE = ProblemKind(
    "unknown-page", 404, "No such page", "Ask for a page from 1 to the letter's number of pages."
)
ORIGINAL_GONE = ProblemKind(
    "original-gone",
    404,
    "The letter's file is gone",
    "Have the letters ingested again, now that the file is no longer where it was read or cannot "
    "be opened; GET /v1/letters/{letter_id}/text still gives the text.",
)
ORIGINAL_CHANGED = ProblemKind(
    "original-changed",
    409,
    "The letter's file has changed",
    "Have the letters ingested again, now that the file holds something else than what was read; "
    "GET /v1/letters/{letter_id}/text still gives the text that was.",
)
NO_PAGE_IMAGE = ProblemKind(
    "no-page-image",
    404,
    "A letter without images of pages",
    "Read the text with GET /v1/letters/{letter_id}/text: only the pages of a PDF can be drawn.",
)
UNDRAWABLE_PAGE = ProblemKind(
    "undrawable-page",
    404,
    "A page that cannot be drawn",
    "Read its text with GET /v1/letters/{letter_id}/pages/{page}, or open the file with "
    "GET /v1/letters/{letter_id}/original.",
)
UNKNOWN_HELPDESK = ProblemKind(
    "unknown-helpdesk",
    404,
    "No such helpdesk here",
    "Name the helpdesk, with its address and its secrets, in the file of BRIEFWIJZER_HELPDESK_FILE "
    "and start the service again; briefwijzer helpdesk check says which address to send events to.",
)
UNKNOWN_DRAFT = ProblemKind(
    "unknown-draft", 404, "No such draft", "Take a draft_id from GET /v1/drafts."
)
EVENT_NOT_AUTHENTIC = ProblemKind(
    "event-not-authentic",
    401,
    "An event that does not prove to come from the helpdesk",
    "Have the helpdesk sign its events with the secret configured here, or send the header "
    "Authorization: Bearer KEY with a key of the scope helpdesk.",
    challenge="Bearer",
)
DRAFT_POSTED = ProblemKind(
    "draft-posted",
    409,
    "The note is on the ticket already",
    "Leave it at that: a note that was posted is not posted again.",
)
UNFIT_EVENT = ProblemKind(
    "unfit-event",
    422,
    "The event is not what this helpdesk should send",
    "Compare the webhook that is configured in the helpdesk with the one in the README.",
)
HELPDESK_UNUSABLE = ProblemKind(
    "helpdesk-unusable",
    503,
    "Events cannot be stored now",
    "Have the helpdesk send the event again later, and the file of its drafts made writable: the "
    "log of the service says what is the matter with it.",
    retry_after=60,
)
HELPDESK_FULL = ProblemKind(
    "helpdesk-full",
    503,
    "Too many drafts wait for the helpdesk",
    "Have the helpdesk send the event again later; briefwijzer helpdesk list says why its notes "
    "are not taken.",
    retry_after=60,
)
UNKNOWN_MODEL = ProblemKind(
    "model-not-found", 404, "No such model", "Take a model from GET /v1/models: briefwijzer is one."
)
METHOD_NOT_ALLOWED = ProblemKind(
    "method-not-allowed",
    405,
    "Method not allowed",
    "Use the method that the Allow header names.",
)
INDEX_BUSY = ProblemKind(
    "index-busy",
    409,
    "The index is being written",
    "Wait until the other writer is done and send the request again.",
    retry_after=10,
)
QUESTION_TOO_LARGE = ProblemKind(
    "question-too-long",
    413,
    "The question is too long",
    "Ask the question in at most 16 kB (16,384 bytes of UTF-8).",
)
HISTORY_TOO_LARGE = ProblemKind(
    "history-too-long",
    413,
    "The history is too long",
    "Send only the last turns of the conversation: at most 64 kB together.",
)
BODY_TOO_LARGE = ProblemKind("body-too-large", 413, "The body is too large", "Send a smaller body.")
UNSUPPORTED_MEDIA_TYPE = ProblemKind(
    "unsupported-media-type",
    415,
    "The body is not declared as JSON",
    "Send the header Content-Type: application/json.",
)
NOT_MULTIPART = ProblemKind(
    "not-multipart",
    415,
    "The body is not a multipart form",
    "Send the file in the field 'file' of a multipart/form-data body.",
)
UNSUPPORTED_FORMAT = ProblemKind(
    "unsupported-format",
    415,
    "There is no reader for this file",
    "Convert the letter to a format that can be read, and send it again.",
)
UNREADABLE_LETTER = ProblemKind(
    "unreadable-letter",
    422,
    "The file cannot be read as a letter",
    "Send the letter itself, whole and without a password.",
)
INVALID_REQUEST = ProblemKind(
    "invalid-request",
    422,
    "The request does not fit the contract",
    "Correct the fields listed under errors; /docs shows which fields there are.",
)
RANGE_NOT_SATISFIABLE = ProblemKind(
    "range-not-satisfiable",
    416,
    "No such part of the file",
    "Ask for bytes within the file's length, which the Content-Range header says, or for all.",
)
REFUSED = ProblemKind(
    "request-refused", 400, "The request was refused", "Check the request against /docs."
)
INTERNAL_ERROR = ProblemKind(
    "internal-error",
    500,
    "Something went wrong in the service",
    "Try again; if it stays, report the request_id to whoever runs this service.",
)
INDEX_UNUSABLE = ProblemKind(
    "index-unusable",
    503,
    "There is no usable index",
    "Wait until the index is ready, or have it built with: briefwijzer ingest.",
    retry_after=10,
)
OVER_CAPACITY = ProblemKind(
    "over-capacity",
    503,
    "Too many questions at once",
    "Wait a moment and send the request again.",
    retry_after=1,
)
FEEDBACK_UNUSABLE = ProblemKind(
    "feedback-unusable",
    503,
    "Feedback cannot be stored now",
    "Have the file of feedback made writable, or name another in BRIEFWIJZER_FEEDBACK_FILE: the "
    "log of the service says what is the matter with it. Questions are answered all the same.",
    retry_after=60,
)
KEYS_UNUSABLE = ProblemKind(
    "keys-unusable",
    503,
    "The keys cannot be looked at now",
    "Have the file of keys made readable, or name another in BRIEFWIJZER_KEYS_FILE: nobody is let "
    "in as long as it cannot be read.",
    retry_after=60,
)
AUDIT_UNUSABLE = ProblemKind(
    "audit-unusable",
    503,
    "The answer cannot be accounted for",
    "Have the file of the audit log made writable, or name another in BRIEFWIJZER_AUDIT_FILE: no "
    "answer leaves that cannot be recorded, and the log of the service says what is the matter.",
    retry_after=60,
)
STOPPING = ProblemKind(
    "stopping",
    503,
    "The service is being stopped",
    "Send the request again when the service is back.",
    retry_after=10,
)

FEEDBACK_FULL = ProblemKind(
    "feedback-full",
    507,
    "The file of feedback is full",
    "Have the file of feedback moved away and kept: the service then begins a new one.",
)


# What every request that reads letters can end in.
READING = (
    HOST_NOT_ALLOWED, ORIGIN_NOT_ALLOWED, INVALID_REQUEST, INTERNAL_ERROR, INDEX_UNUSABLE,
    OVER_CAPACITY,
)


def explanations() -> dict[str, ProblemKind]:
    """Every kind of problem by its name."""
    return {kind.name: kind for kind in globals().values() if isinstance(kind, ProblemKind)}

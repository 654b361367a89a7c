"""For each rule of every PSA at least one failure that it is for, and the rule that has to speak."""

from sync_desktop.domain.words import FailureKind as Kind
from sync_desktop.domain.words import Psa
from tests.diagnosis.example import Example

NETWORK = (
    Example("general.connection-reset", "Connection reset by peer", Kind.NETWORK),
    Example(
        "general.connection-reset",
        "[WinError 10054] An existing connection was forcibly closed by the remote host",
        Kind.NETWORK,
    ),
    Example(
        "general.connection-reset", "Server disconnected without sending a response.", Kind.NETWORK, {"sent": "unknown"}
    ),
    Example("general.connection-reset", "read ECONNRESET"),
    Example("general.timeout", "The server did not answer within 30 seconds", Kind.NETWORK),
    Example("general.timeout", "Read timed out", Kind.NETWORK, {"sent": "unknown"}),
    Example("general.name-not-resolved", "[Errno -2] Name or service not known", Kind.NETWORK),
    Example("general.name-not-resolved", "[Errno 11001] getaddrinfo failed", Kind.NETWORK),
    Example("general.certificate", "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", Kind.NETWORK),
    Example("general.proxy", "407 Proxy Authentication Required", Kind.NETWORK),
    Example("general.connection-refused", "All connection attempts failed", Kind.NETWORK),
    Example(
        "general.timeout",
        "Time-out: webservices1.example did not answer within 30 seconds.",
        Kind.NETWORK,
        {"reason": "timeout"},
    ),
    Example(
        "general.name-not-resolved",
        "The name webservices1.example could not be found. Check the address and the network.",
        Kind.NETWORK,
    ),
    Example(
        "general.certificate",
        "No secure connection to tenant.example could be agreed on.",
        Kind.NETWORK,
        {"reason": "tls"},
    ),
    Example("general.proxy", "The proxy that this system is set to cannot be reached.", Kind.NETWORK),
    Example("general.connection-refused", "127.0.0.1 refused the connection: nothing answers there.", Kind.NETWORK),
    Example("general.connection-refused", "tenant.example cannot be reached from this network.", Kind.NETWORK),
    Example(
        "general.address-refused",
        "An address must not carry a user name or password.",
        Kind.NETWORK,
        {"reason": "address"},
    ),
    Example(
        "general.request-malformed",
        "The request to tenant.example could not be put into HTTP.",
        Kind.NETWORK,
        {"reason": "request"},
    ),
    Example("general.network", "Something on the way broke", Kind.NETWORK),
    Example("general.network", "Something on the way broke", Kind.NETWORK, {"sent": "unknown"}),
)
SERVERS = (
    Example("general.server-error", "Autotask answered HTTP 502 without saying why", Kind.SERVER, {"status": "502"}),
    Example("general.server-error", "Bad gateway", Kind.SERVER),
    Example("general.web-page", "<html>Bad gateway</html>", Kind.SERVER),
    *(
        Example(
            "general.web-page", f"{psa.label} answered with HTTP 502 and a web page instead of data.", kind, psa=psa
        )
        for psa in Psa
        for kind in (Kind.SERVER, Kind.REFUSED)
    ),
    Example("general.web-page", "Attention Required! | Cloudflare"),
    Example("general.no-words", "ConnectWise answered with HTTP 409 and no further words.", psa=Psa.CONNECTWISE),
    Example("general.unreadable", "Autotask's answer about Quotes could not be read: not JSON", Kind.UNREADABLE),
    Example("general.salesbuildr-rate-limit", "429 Too Many Requests", Kind.RATE_LIMIT),
    Example("general.rate-limit", "Slow down", Kind.RATE_LIMIT),
    Example("general.own-budget", "The site's hourly cap of own calls is used up until 14:05", Kind.BUDGET),
    Example(
        "general.own-budget",
        "Our own limit of 1,500 calls to Autotask in one hour is used up. The next call is possible at 14:05.",
        Kind.BUDGET,
    ),
    Example(
        "general.tenant-budget",
        "Autotask has answered 4,600 of the 10,000 calls that this tenant may make in an hour",
        Kind.BUDGET,
        {"until": "14:05 UTC"},
    ),
    Example("general.budget", "No calls left", Kind.BUDGET, psa=Psa.HALOPSA),
    Example("general.salesbuildr-key", "No API key provided", Kind.CREDENTIALS),
    Example("general.credentials", "Unauthorized", Kind.CREDENTIALS, psa=None),
    Example("general.salesbuildr-key", "Salesbuildr answered with HTTP 401 and no further words.", Kind.CREDENTIALS),
    Example(
        "general.secret-missing", "No API key for Salesbuildr is stored. Make one in Salesbuildr.", Kind.CREDENTIALS
    ),
    Example(
        "general.credentials-characters",
        "The stored credentials for Autotask hold a character that cannot be sent, such as a line break or an accent.",
        Kind.CREDENTIALS,
    ),
    Example(
        "general.empty-list",
        "Autotask shows this API user no values at all for “product-billing-code”",
        Kind.PERMISSION,
        {"mapping_kind": "product-billing-code", "reason": "empty list"},
    ),
    Example("general.permission", "Forbidden", Kind.PERMISSION),
    Example("general.permission", "Forbidden", Kind.PERMISSION, {"request": "Read quotes"}),
    Example("general.read-only", "This site only reads", Kind.READ_ONLY),
)
ATTEMPTS = (
    Example("general.already-synchronizing", "Already synchronizing", Kind.BUSY),
    Example("general.already-synchronizing", "Already synchronizing"),
    Example("general.busy", "Held by another window", Kind.BUSY),
    Example("general.unclear-create", "An earlier create has no known outcome", Kind.UNCLEAR_CREATE),
    Example(
        "general.unclear-create", "An earlier create has no known outcome", Kind.UNCLEAR_CREATE, {"found_name": "Q-1"}
    ),
    Example("general.changes-not-arrived", "Changes have not arrived in Autotask yet", Kind.NOT_ARRIVED),
    Example("general.not-arrived", "Not in Autotask yet", Kind.NOT_ARRIVED),
    Example("general.cancelled", "Cancelled", Kind.CANCELLED),
    Example("general.internal", "KeyError: 'x'", Kind.INTERNAL),
)
LINKS = (
    Example("general.company-no-external-id", "Company has no external identifier", Kind.NO_EXTERNAL_ID),
    Example(
        "general.company-no-external-id", "Company has no external identifier", Kind.NEAR_MATCH, {"candidates": "2"}
    ),
    Example("general.contact-no-external-id", "Contact has no external identifier", Kind.NO_EXTERNAL_ID),
    Example(
        "general.contact-no-external-id", "Contact has no external identifier", Kind.NEAR_MATCH, {"candidates": "2"}
    ),
    Example("general.opportunity-no-external-id", "Opportunity has no external identifier", Kind.NO_EXTERNAL_ID),
    Example("general.opportunity-no-external-id", "Opportunity has no external identifier", Kind.NEAR_MATCH),
    Example(
        "general.opportunity-no-external-id",
        "Opportunity has no external identifier",
        Kind.NO_EXTERNAL_ID,
        {"reason": "no opportunity"},
    ),
    Example("general.product-no-external-id", "Product has no external identifier", Kind.NO_EXTERNAL_ID),
    Example("general.product-no-external-id", "Product has no external identifier", Kind.NEAR_MATCH),
    *(
        Example(
            f"general.{word}-no-external-id",
            f"{word.capitalize()} has no external identifier",
            Kind.NO_EXTERNAL_ID,
            {"reason": "cannot tell"},
        )
        for word in ("company", "contact", "opportunity")
    ),
    Example("general.no-external-id", "Shipping type has none", Kind.NO_EXTERNAL_ID, {"reason": "cannot tell"}),
    Example("general.near-match", "May be there already", Kind.NEAR_MATCH),
    Example("general.no-external-id", "Shipping type has none", Kind.NO_EXTERNAL_ID),
    Example(
        "general.link-mismatch",
        "Link names another record",
        Kind.LINK_MISMATCH,
        {"found_name": "Adatum", "expected_name": "Fabrikam", "external_id": "12"},
    ),
    Example(
        "general.salesbuildr-address", "Salesbuildr has no list “quote” at https://tenant.example/x.", Kind.NOT_FOUND
    ),
    Example("general.not-in-salesbuildr", "Company was not found in Salesbuildr", Kind.NOT_FOUND),
    Example("general.not-found", "Location is gone", Kind.NOT_FOUND),
    Example("general.inactive", "Location is inactive", Kind.INACTIVE),
    Example("general.closed", "Closed", Kind.CLOSED),
    Example("general.association", "They do not belong together", Kind.ASSOCIATION),
)
VALUES = (
    Example(
        "general.payment-term-deleted",
        "Payment term/type is deleted",
        Kind.MAPPING_INVALID,
        {"mapping_kind": "payment-term"},
    ),
    Example("general.payment-term-deleted", "Payment term/type is deleted"),
    Example("general.payment-term-deleted", "Payment term/type is deleted", facts={"target_state": "inactive"}),
    Example("general.mapping-missing", "No target", Kind.MAPPING_MISSING),
    Example("general.mapping-missing", "No target", Kind.MAPPING_MISSING, {"mapping_label": "Shipping type → service"}),
    Example("general.mapping-invalid", "Bad target", Kind.MAPPING_INVALID),
    Example("general.unknown-billing-term", "Unknown billing term", Kind.INVALID_VALUE, {"product": "Backup"}),
    Example("general.value-too-long", "City is longer than 30 characters", Kind.INVALID_VALUE),
    Example("general.required-field", "Phone is required", Kind.REQUIRED_FIELD),
    Example("general.invalid-value", "Not a number", Kind.INVALID_VALUE),
    Example(
        "general.items-missing",
        "Some line items not synchronized",
        Kind.ITEMS_MISSING,
        {"items": "FortiGate 60F", "count": "1"},
    ),
    Example("general.items-missing", "Some line items not synchronized", Kind.ITEMS_MISSING, {"items_missing": "2"}),
    Example("general.items-missing", "Some line items not synchronized"),
    Example("general.items-missing-kind", "2 of 5 lines are there", Kind.ITEMS_MISSING),
    Example(
        "general.both-changed",
        "Both sides changed the same value",
        Kind.DIFFERENCE,
        {"reason": "both changed", "field": "phone: Salesbuildr “1”, Autotask “2”"},
    ),
    Example("general.both-changed", "Both sides changed the same value", Kind.DIFFERENCE, {"reason": "both changed"}),
    Example("general.foreign-lines", "Lines were added by others", Kind.FOREIGN_LINES, {"lines": "2"}),
    Example(
        "general.lines-deleted",
        "Lines were deleted in Autotask",
        Kind.DIFFERENCE,
        {"reason": "lines deleted", "items": "FortiGate 60F"},
    ),
    Example("general.difference", "Written, but differs", Kind.DIFFERENCE),
    Example("general.difference", "Written, but differs", Kind.DIFFERENCE, {"field": "quantity: sent 2, found 3"}),
    Example(
        "general.difference",
        "Written, but differs",
        Kind.DIFFERENCE,
        {"field": "quantity: sent 2, found 3", "found_name": "Switch"},
    ),
    Example("general.not-eligible", "The quote is a draft", Kind.NOT_ELIGIBLE),
    Example("general.not-eligible", "The quote is a draft", Kind.NOT_ELIGIBLE, {"reason": "it is a draft"}),
)
OTHER_ROWS = (
    Example("general.user-not-linked", "User is not automatically linked"),
    Example("general.company-link-unverified", "You are not linked to a company or the link is not verified."),
    Example("general.company-link-unverified", "COMPANY_UNVERIFIED"),
    Example("general.login-state", "USER_DELETED"),
    Example("general.login-state", "EMAIL_UNVERIFIED"),
    Example("general.distributor", "Invalid customer number"),
    Example("general.distributor", "Order is stuck in Processing"),
    Example("general.webhook", "Webhook delivery failed with status 500"),
)

STATUSES = (
    *(
        Example(f"general.status-{rule}", f"Request failed with status code {code}", psa=None)
        for rule, code in (("rejected", 401), ("forbidden", 403), ("limit", 429), ("server", 502))
    ),
    Example("general.status-rejected", "401 Unauthorized"),
    Example("general.status-forbidden", "403 Forbidden"),
    Example("general.status-limit", "Rate limit exceeded"),
    Example("general.status-server", "503 Service Unavailable"),
)
GENERAL = (*STATUSES, *NETWORK, *SERVERS, *ATTEMPTS, *LINKS, *VALUES, *OTHER_ROWS)

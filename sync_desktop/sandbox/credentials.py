"""The practice credentials. They open nothing but the sandbox, so they stand here and in no file of a user."""

API_KEY = "practice-salesbuildr-key"

AUTOTASK_USERNAME = "sync-desktop@fabrikam.example"
AUTOTASK_SECRET = "practice-autotask-secret"  # noqa: S105 - opens the sandbox only
AUTOTASK_INTEGRATION_CODE = "PRACTICESYNCDESKTOP00000001"
"""27 characters, as Autotask's tracking identifiers have."""

VENDOR_USERNAME = "salesbuildr@fabrikam.example"
VENDOR_SECRET = "practice-vendor-secret"  # noqa: S105 - opens the sandbox only
VENDOR_INTEGRATION_CODE = "PRACTICESALESBUILDR00000001"
"""Salesbuildr's own integration has an API user of its own: the second writer."""

API_RESOURCE_ID = 29_682_001
"""The row of Autotask's Resources that our own API user is, in the worlds that come with the package."""
VENDOR_RESOURCE_ID = 29_682_002
"""The same for the vendor's."""

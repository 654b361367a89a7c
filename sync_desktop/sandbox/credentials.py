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

CONNECTWISE_COMPANY = "fabrikam"
"""The company id that people log in with."""
CONNECTWISE_PUBLIC_KEY = "PracticeSyncDesk"
CONNECTWISE_PRIVATE_KEY = "practice-cw-secret"
CONNECTWISE_CLIENT_ID = "5f0d3c1e-0000-4000-8000-000000000001"
"""A GUID, as ConnectWise gives one to each program."""

CONNECTWISE_VENDOR_PUBLIC_KEY = "PracticeVendor00"
CONNECTWISE_VENDOR_PRIVATE_KEY = "practice-cw-vendor"
CONNECTWISE_VENDOR_CLIENT_ID = "5f0d3c1e-0000-4000-8000-000000000002"

HALOPSA_TENANT = "fabrikam"
HALOPSA_CLIENT_ID = "5f0d3c1e-0000-4000-8000-000000000011"
HALOPSA_CLIENT_SECRET = "practice-halopsa-secret"  # noqa: S105 - opens the sandbox only
HALOPSA_AGENT_ID = 1
"""The row of HaloPSA's Agent that our application logs in as, in the worlds that come with the package."""

HALOPSA_VENDOR_CLIENT_ID = "5f0d3c1e-0000-4000-8000-000000000012"
HALOPSA_VENDOR_CLIENT_SECRET = "practice-halopsa-vendor"  # noqa: S105 - opens the sandbox only
HALOPSA_VENDOR_AGENT_ID = 2
"""The same for Salesbuildr's own integration."""

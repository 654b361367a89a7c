"""What can be mapped for Autotask and to what, and where Salesbuildr and Autotask keep the two sides.

Pages of Salesbuildr: its help page "Autotask configuration". Pages of Autotask: "Navigation" in the vendor's help.
"""

from sync_desktop.domain.mappings import SITE, MappingKind
from sync_desktop.domain.words import RecordKind
from sync_desktop.psa.drafting import CATEGORY, COMPANY_TYPE, OWNER, PAYMENT_TERM, SHIPPING, STAGE, STATUS

PRODUCT_BILLING_CODE = "product-billing-code"
SERVICE_BILLING_CODE = "service-billing-code"
TAX_REGION = "tax-region"

_SALESBUILDR = "Admin > Integrations > Autotask"
_FINANCE = "Admin > Features & Settings > Finance, Accounting & Invoicing"
_SALES = "Admin > Features & Settings > Sales & Opportunities"

BILLING_CODES = (
    MappingKind(
        name=PRODUCT_BILLING_CODE,
        label="Category → billing code (products)",
        short_label="Billing codes for products",
        source="category",
        source_label="Category",
        target_label="billing code of use type Material",
        needed_by=(RecordKind.PRODUCT, RecordKind.QUOTE),
        quoting_member="billing_code",
        held_by={"Products": ("productBillingCodeID",)},
        has_default=True,
        valid_when="active, and of use type Material",
        hangs_on="general ledger account and tax category of each product, and of set-up prices",
        salesbuildr_page=f"{_SALESBUILDR} > Category Billing Codes",
        psa_page=f"{_FINANCE} > Billing Codes",
    ),
    MappingKind(
        name=SERVICE_BILLING_CODE,
        label="Category → billing code (services)",
        short_label="Billing codes for services",
        source="category",
        source_label="Category",
        target_label="billing code of use type Service",
        needed_by=(RecordKind.PRODUCT, RecordKind.QUOTE),
        quoting_member="billing_code",
        held_by={"Services": ("billingCodeID",), "ServiceBundles": ("billingCodeID",)},
        has_default=True,
        valid_when="active, and of use type Service",
        hangs_on="general ledger account and tax category of each service and bundle",
        salesbuildr_page=f"{_SALESBUILDR} > Category Billing Codes",
        psa_page=f"{_FINANCE} > Billing Codes",
    ),
)
OPPORTUNITIES = (
    MappingKind(
        name=OWNER,
        label="Owner → resource",
        short_label="Owners",
        source="owner",
        source_label="Owner",
        target_label="resource",
        needed_by=(RecordKind.COMPANY, RecordKind.OPPORTUNITY),
        held_by={"Companies": ("ownerResourceID",), "Opportunities": ("ownerResourceID",)},
        has_default=True,
        valid_when="active",
        hangs_on="whose companies, pipeline and forecast it counts among",
        salesbuildr_page="Users & Permissions",
        psa_page="Admin > Organization Settings & Users > Resources/Users (HR)",
    ),
    MappingKind(
        name=STAGE,
        label="Opportunity stage → stage",
        short_label="Opportunity stages",
        source="opportunity-stage",
        source_label="Stage",
        target_label="opportunity stage",
        needed_by=(RecordKind.OPPORTUNITY,),
        valid_when="active in the pick list of stages",
        hangs_on="where a new opportunity stands in the forecast",
        salesbuildr_page=f"{_SALESBUILDR} > Opportunity mapping",
        psa_page=f"{_SALES} > Opportunity Stages",
    ),
    MappingKind(
        name=STATUS,
        label="Opportunity status → status",
        short_label="Opportunity statuses",
        source="opportunity-status",
        source_label="Status",
        target_label="opportunity status",
        needed_by=(RecordKind.OPPORTUNITY,),
        optional=True,
        valid_when="active in the pick list of statuses, and not one that closes an opportunity",
        hangs_on="whether quotes are written into a new opportunity: only where its status says that it is open",
        salesbuildr_page=f"{_SALESBUILDR} > Opportunity mapping",
    ),
    MappingKind(
        name=CATEGORY,
        label="Opportunity category → category",
        short_label="Opportunity categories",
        source="opportunity-category",
        source_label="Category",
        target_label="opportunity category",
        needed_by=(RecordKind.OPPORTUNITY,),
        held_by={"Opportunities": ("opportunityCategoryID",)},
        valid_when="active in the pick list of categories",
        hangs_on="which fields, stages and defaults the opportunity has in Autotask",
        salesbuildr_page=f"{_SALESBUILDR} > Synchronize",
        psa_page=f"{_SALES} > Opportunity Categories",
    ),
)
OTHER_KINDS = (
    MappingKind(
        name=COMPANY_TYPE,
        label="Company type → company type",
        short_label="Company types",
        source="company-type",
        source_label="Company type",
        target_label="company type",
        needed_by=(RecordKind.COMPANY,),
        held_by={"Companies": ("companyType",)},
        optional=True,
        valid_when="active in the pick list of company types",
        hangs_on="which lists and searches of Autotask show a new company",
        salesbuildr_page=f"{_SALESBUILDR} > Data Import",
    ),
    MappingKind(
        name=PAYMENT_TERM,
        label="Payment term → payment term",
        short_label="Payment terms",
        source="payment-term",
        source_label="Payment term",
        target_label="payment term",
        needed_by=(RecordKind.QUOTE,),
        held_by={"Quotes": ("paymentTerm",)},
        valid_when="active",
        hangs_on="when invoices that are made of the quote are due",
        salesbuildr_page=f"{_SALESBUILDR} > Synchronize",
        psa_page=f"{_FINANCE} > Payment Terms",
    ),
    MappingKind(
        name=SHIPPING,
        label="Shipping type → shipping type",
        short_label="Shipping types",
        source="shipping-type",
        source_label="Shipping type",
        target_label="shipping type",
        needed_by=(RecordKind.QUOTE,),
        valid_when="active",
        hangs_on="the billing code by which shipping is booked",
        psa_page=f"{_SALES} > Shipping Types",
    ),
    MappingKind(
        name=TAX_REGION,
        label="Tax region of new companies and quotes",
        short_label="Tax region",
        source=SITE,
        source_label="Tax region of new companies and quotes",
        target_label="tax region",
        needed_by=(RecordKind.COMPANY, RecordKind.QUOTE),
        optional=True,
        valid_when="active",
        hangs_on="with the tax category of each billing code: the tax of each line",
        psa_page=f"{_FINANCE} > Tax Table",
    ),
)
KINDS = (*BILLING_CODES, *OPPORTUNITIES, *OTHER_KINDS)

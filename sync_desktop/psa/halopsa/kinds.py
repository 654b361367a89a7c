"""What can be mapped for HaloPSA and to what, and where Salesbuildr and HaloPSA keep the two sides.

Pages of Salesbuildr: its help page "HaloPSA configuration". Pages of HaloPSA: the vendor's guides.
"""

from sync_desktop.domain.mappings import SITE, MappingKind
from sync_desktop.domain.words import RecordKind
from sync_desktop.psa.drafting import CATEGORY, COMPANY_TYPE, OWNER, PAYMENT_TERM, STAGE
from sync_desktop.psa.halopsa.rows import CLIENT, ITEM, OPPORTUNITIES, QUOTATION

PRODUCT_GROUP, PRODUCT_TYPE = "product-group", "product-type"
INCOME, EXPENSE = "income-account", "expense-account"
OPPORTUNITY_TYPE = "opportunity-type"
QUOTE_STATUS = "quote-status"
TAX = "tax"

ACCOUNTS = {INCOME: "nominalcode", EXPENSE: "purchasenominalcode"}
"""By kind, the field of an item that holds the account's code."""

_SALESBUILDR = "Admin > Integrations > HaloPSA"
_ASSETS = "Configuration > Asset Management"
_SALES = "Configuration > Sales"

PRODUCTS = (
    MappingKind(
        name=PRODUCT_GROUP,
        label="Category → asset group and asset type",
        short_label="Category asset groups",
        source="category",
        source_label="Category",
        target_label="asset group and asset type",
        needed_by=(RecordKind.PRODUCT, RecordKind.QUOTE),
        held_by={ITEM: ("assetgroup_id", "assettype_id")},
        has_default=True,
        valid_when="an asset group with Use for Items, alone or with an asset type that is in it",
        hangs_on="income and expense account, tax and defaults of each item",
        salesbuildr_page=f"{_SALESBUILDR} > Products",
        psa_page=f"{_ASSETS} > Asset Groups, Asset Types",
    ),
    MappingKind(
        name=PRODUCT_TYPE,
        label="Product type → asset group",
        short_label="Product types",
        source="product-type",
        source_label="Product type",
        target_label="asset group",
        needed_by=(RecordKind.PRODUCT, RecordKind.QUOTE),
        held_by={ITEM: ("assetgroup_id",)},
        optional=True,
        valid_when="an asset group with Use for Items; it counts where the category is not mapped",
        hangs_on="income and expense account, tax and defaults of each item",
        salesbuildr_page=f"{_SALESBUILDR} > Products",
        psa_page=f"{_ASSETS} > Asset Groups",
    ),
    MappingKind(
        name=INCOME,
        label="Asset group → income account",
        short_label="Income accounts",
        source="asset-group",
        source_label="Asset group",
        sources_from=(PRODUCT_GROUP, PRODUCT_TYPE),
        target_label="income account",
        needed_by=(RecordKind.PRODUCT,),
        held_by={ITEM: (ACCOUNTS[INCOME],)},
        optional=True,
        valid_when="a code that HaloPSA's own lists, asset groups or items hold",
        hangs_on="the account that sales of new items are booked to; without one, that of the asset group",
        salesbuildr_page=f"{_SALESBUILDR} > Account codes",
        psa_page=f"{_ASSETS} > Asset Groups",
    ),
    MappingKind(
        name=EXPENSE,
        label="Asset group → expense account",
        short_label="Expense accounts",
        source="asset-group",
        source_label="Asset group",
        sources_from=(PRODUCT_GROUP, PRODUCT_TYPE),
        target_label="expense account",
        needed_by=(RecordKind.PRODUCT,),
        held_by={ITEM: (ACCOUNTS[EXPENSE],)},
        optional=True,
        valid_when="a code that HaloPSA's own lists, asset groups or items hold",
        hangs_on="the account that purchases of new items are booked to; without one, that of the asset group",
        salesbuildr_page=f"{_SALESBUILDR} > Account codes",
        psa_page=f"{_ASSETS} > Asset Groups",
    ),
)
SALES = (
    MappingKind(
        name=OWNER,
        label="Owner → agent",
        short_label="Owners",
        source="owner",
        source_label="Owner",
        target_label="agent",
        needed_by=(RecordKind.COMPANY, RecordKind.OPPORTUNITY, RecordKind.QUOTE),
        held_by={CLIENT: ("accountmanagertech",), OPPORTUNITIES: ("agent_id",)},
        has_default=True,
        valid_when="an agent who is not disabled",
        hangs_on="whose customers and pipeline it counts among",
        salesbuildr_page="Users & Permissions",
        psa_page="Configuration > Teams & Agents > Agents",
    ),
    MappingKind(
        name=OPPORTUNITY_TYPE,
        label="Type of new opportunities",
        short_label="Opportunity type",
        source=SITE,
        source_label="Type of new opportunities",
        target_label="ticket type of opportunities",
        needed_by=(RecordKind.OPPORTUNITY,),
        optional=True,
        valid_when="a ticket type that is meant for opportunities and is not hidden; the only one needs no mapping",
        hangs_on="statuses, compulsory fields and workflow of new opportunities",
        salesbuildr_page=f"{_SALESBUILDR} > Opportunities",
        psa_page=f"{_SALES} > Opportunity Types",
    ),
    MappingKind(
        name=STAGE,
        label="Opportunity stage → pipeline stage",
        short_label="Pipeline stages",
        source="opportunity-stage",
        source_label="Stage",
        target_label="pipeline stage",
        needed_by=(RecordKind.OPPORTUNITY,),
        valid_when="an active value of the lookup of pipeline stages",
        hangs_on="where a new opportunity stands in the forecast",
        salesbuildr_page=f"{_SALESBUILDR} > Opportunities",
        psa_page=_SALES,
    ),
    MappingKind(
        name=CATEGORY,
        label="Opportunity category → category",
        short_label="Opportunity categories",
        source="opportunity-category",
        source_label="Category",
        target_label="opportunity category",
        needed_by=(RecordKind.OPPORTUNITY,),
        held_by={OPPORTUNITIES: ("categoryid_1",)},
        valid_when="a category of HaloPSA's first list",
        hangs_on="reports and rules by category",
        salesbuildr_page=f"{_SALESBUILDR} > Opportunities",
        psa_page=f"{_SALES} > Categories",
    ),
    MappingKind(
        name=QUOTE_STATUS,
        label="Quote status → quote status",
        short_label="Quote statuses",
        source="quote-status",
        source_label="Status",
        target_label="quote status",
        needed_by=(RecordKind.QUOTE,),
        held_by={QUOTATION: ("status",)},
        optional=True,
        valid_when="an active value of the lookup of quotation statuses",
        hangs_on="in which list of quotations a new one is, and what HaloPSA does with it by itself",
        salesbuildr_page=f"{_SALESBUILDR} > Quotes",
        psa_page=f"{_SALES} > Quotations",
    ),
    MappingKind(
        name=COMPANY_TYPE,
        label="Company type → customer type",
        short_label="Customer types",
        source="company-type",
        source_label="Company type",
        target_label="customer type",
        needed_by=(RecordKind.COMPANY,),
        held_by={CLIENT: ("customertype",)},
        optional=True,
        valid_when="an active value of the lookup of customer types",
        hangs_on="which lists and reports show a new customer",
        salesbuildr_page=f"{_SALESBUILDR} > Companies",
        psa_page="Configuration > Customers",
    ),
    MappingKind(
        name=TAX,
        label="Tax of quotation lines",
        short_label="Tax",
        source=SITE,
        source_label="Tax of quotation lines",
        target_label="tax rate",
        needed_by=(RecordKind.QUOTE,),
        optional=True,
        valid_when="a tax rate that HaloPSA shows",
        hangs_on="the tax of each new line; without one, that of its item",
        psa_page="Configuration > Billing > Tax Settings",
    ),
    MappingKind(
        name=PAYMENT_TERM,
        label="Payment term → payment term",
        short_label="Payment terms",
        source="payment-term",
        source_label="Payment term",
        target_label="payment term",
        needed_by=(RecordKind.QUOTE,),
        valid_when="an active value of the lookup of payment terms",
        hangs_on="nothing of a HaloPSA quotation, which has none; Salesbuildr's own push refuses a term that is gone",
        salesbuildr_page=f"{_SALESBUILDR} > Synchronize",
        psa_page="Configuration > Billing",
    ),
)
KINDS = (*PRODUCTS, *SALES)

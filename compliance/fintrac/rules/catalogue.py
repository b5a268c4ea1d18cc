"""Every business rule: its code, how grave it is, what it says in both languages, and where it stands.

``docs/compliance-rules.md`` lists them; a test holds the two together. Sources: "guidance" is FINTRAC's on the report,
"API" the description of the filing service, "rule 1…" the number in its published validation rules. Where a source is
"setting", the regulator's text was not at hand: the rule warns and never rejects, or the bank's setting decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from compliance.fintrac.findings import Finding, Severity

_REJECT: Final = Severity.REJECT
_WARNING: Final = Severity.WARNING


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ``{…}`` in its texts is filled in by the check."""

    code: str
    severity: Severity
    source: str
    en: str
    fr: str

    def finding(self, path: str, severity: Severity | None = None, **facts: object) -> Finding:
        """The finding of this rule at one place; ``severity`` where the rule is softened."""
        return Finding(self.code, path, severity or self.severity, self.en.format(**facts), self.fr.format(**facts))


RULES: Final[dict[str, Rule]] = {}


def _rule(code: str, severity: Severity, source: str, en: str, fr: str) -> Rule:
    rule = RULES[code] = Rule(code, severity, source, en, fr)
    return rule


# --- Who reports what
REPORT_TYPE = _rule(
    "report_type",
    _REJECT,
    "API",
    "The report type code is {found}; this report is checked as {wanted}.",
    "Le code de genre de déclaration est {found}; cette déclaration est vérifiée comme {wanted}.",
)
SUBMIT_TYPE = _rule(
    "submit_type",
    _REJECT,
    "API",
    "A whole report is submitted (1) or changed (2); to delete one, send the short order with code 5.",
    "Une déclaration complète est soumise (1) ou modifiée (2); pour la supprimer, envoyez l'ordre court (code 5).",
)
DELETE_TYPE = _rule(
    "delete_type",
    _REJECT,
    "API",
    "An order to delete has the submit type code 5.",
    "Un ordre de suppression porte le code de soumission 5.",
)
ACTIVITY_SECTOR = _rule(
    "activity_sector",
    _REJECT,
    "rule 120000",
    "The activity sector code is missing.",
    "Le code du secteur d'activité est absent.",
)
ACTIVITY_SECTOR_BANK = _rule(
    "activity_sector_bank",
    _WARNING,
    "guidance (LCTR)",
    "The activity sector is {found}; that of a bank is 2.",
    "Le secteur d'activité est {found}; celui d'une banque est 2.",
)
ENTITY_NUMBER = _rule(
    "entity_number",
    _REJECT,
    "guidance (LCTR); status 5004, 5019",
    "A reporting entity number has seven digits.",
    "Un numéro d'entité déclarante compte sept chiffres.",
)
# --- The 24-hour rule
AGGREGATION_MISSING = _rule(
    "aggregation_missing",
    _REJECT,
    "guidance (LCTR), Annex A",
    "Aggregation type, period start and period end are all needed, also where aggregation does not apply.",
    "Le type de regroupement, le début et la fin de la période sont requis, même sans regroupement.",
)
PERIOD_LENGTH = _rule(
    "period_length",
    _REJECT,
    "SOR/2002-184 s. 126",
    "The period must end after it starts and cover 24 hours at most.",
    "La période doit finir après son début et couvrir au plus 24 heures.",
)
OUTSIDE_PERIOD = _rule(
    "outside_period",
    _REJECT,
    "rules 151020 to 151024 (CDR), taken over",
    "The transaction is outside the 24-hour period of the report.",
    "L'opération se situe hors de la période de 24 heures de la déclaration.",
)
AGGREGATION_COUNT = _rule(
    "aggregation_count",
    _REJECT,
    "SOR/2002-184 s. 126",
    "An aggregated report has two transactions or more; this one has {count}.",
    "Une déclaration regroupée compte deux opérations ou plus; celle-ci en compte {count}.",
)
SINGLE_COUNT = _rule(
    "single_count",
    _REJECT,
    "guidance (24-hour rule)",
    "Without aggregation a report has exactly one transaction; this one has {count}.",
    "Sans regroupement, une déclaration compte exactement une opération; celle-ci en compte {count}.",
)
BELOW_THRESHOLD = _rule(
    "below_threshold",
    _REJECT,
    "SOR/2002-184 s. 7(1)(a), 126",
    "The cash adds up to {total} CAD; a large cash report starts at 10,000.00.",
    "Les espèces totalisent {total} CAD; la déclaration commence à 10 000,00.",
)
THRESHOLD_INDICATOR = _rule(
    "threshold_indicator",
    _REJECT,
    "guidance (LCTR), Annex A",
    "The threshold indicator is missing.",
    "L'indicateur de seuil est absent.",
)
THRESHOLD_DISAGREES = _rule(
    "threshold_disagrees",
    _WARNING,
    "setting: this project's reading of the indicator",
    "The threshold indicator does not agree with the amount of {total} CAD.",
    "L'indicateur de seuil ne concorde pas avec le montant de {total} CAD.",
)
NO_COMMON_PARTY = _rule(
    "no_common_party",
    _WARNING,
    "SOR/2002-184 s. 126; guidance (24-hour rule)",
    "No party is {role} in every transaction, although the report is aggregated by that role.",
    "Aucune partie n'est {role_fr} dans chaque opération, alors que la déclaration est regroupée à ce titre.",
)
DIRECTIVE_LCTR = _rule(
    "directive_lctr",
    _REJECT,
    "rule 120082; guidance (LCTR)",
    "Under a ministerial directive a report has one transaction below the threshold and no aggregation.",
    "En vertu d'une directive ministérielle, la déclaration a une opération sous le seuil et aucun regroupement.",
)
# --- Transactions
NO_TRANSACTION = _rule(
    "no_transaction", _REJECT, "guidance", "The report has no transaction.", "La déclaration n'a aucune opération."
)
NO_STARTING_ACTION = _rule(
    "no_starting_action",
    _REJECT,
    "guidance",
    "A transaction needs at least one starting action.",
    "Une opération exige au moins une action de départ.",
)
NO_COMPLETING_ACTION = _rule(
    "no_completing_action",
    _REJECT,
    "guidance",
    "A completed transaction needs at least one completing action.",
    "Une opération effectuée exige au moins une action d'achèvement.",
)
LOCATION = _rule(
    "location", _REJECT, "guidance (LCTR)", "The location number is blank.", "Le numéro d'emplacement est vide."
)
TRANSACTION_REFERENCE = _rule(
    "transaction_reference",
    _REJECT,
    "guidance (LCTR), Annex A",
    "The transaction has no reference of its own.",
    "L'opération n'a pas de numéro de référence.",
)
TRANSACTION_REFERENCE_TWICE = _rule(
    "transaction_reference_twice",
    _REJECT,
    "guidance (LCTR), Annex A",
    "The transaction reference {reference} is used twice in this report.",
    "La référence d'opération {reference} figure deux fois dans cette déclaration.",
)
METHOD = _rule(
    "method", _REJECT, "guidance", "The method of the transaction is missing.", "Le mode de l'opération est absent."
)
TRANSACTION_TIME = _rule(
    "transaction_time",
    _REJECT,
    "guidance (LCTR)",
    "The date and time of the transaction are missing; only night deposit and quick drop may leave them out.",
    "La date et l'heure sont absentes; seuls le dépôt de nuit et le dépôt express peuvent les omettre.",
)
POSTING_TIME = _rule(
    "posting_time",
    _REJECT,
    "guidance (LCTR)",
    "Without a time of transaction the date of posting is needed.",
    "Sans heure d'opération, la date d'inscription est requise.",
)
POSTING_BEFORE = _rule(
    "posting_before",
    _REJECT,
    "message 302",
    "It was posted before it took place.",
    "L'inscription précède l'opération.",
)
NO_SUCH_TIME = _rule(
    "no_such_time",
    _REJECT,
    "message 362",
    "There is no such date, time or offset.",
    "Cette date, cette heure ou ce décalage n'existe pas.",
)
FUTURE = _rule("future", _REJECT, "message 304; guidance", "This lies in the future.", "Cette date est dans l'avenir.")
TOO_OLD = _rule(
    "too_old",
    _WARNING,
    "message 308; setting: the earliest day is known for the CDR only",
    "This lies before {earliest}, the earliest day the service is known to take.",
    "Cette date précède le {earliest}, le premier jour que le service accepte à notre connaissance.",
)
# --- Amounts and money
AMOUNT = _rule(
    "amount", _REJECT, "guidance", "Amount and currency are both needed.", "Le montant et la devise sont requis."
)
AMOUNT_ZERO = _rule(
    "amount_zero", _REJECT, "guidance", "The amount must be more than zero.", "Le montant doit être supérieur à zéro."
)
INDICATOR_MISSING = _rule(
    "indicator_missing",
    _REJECT,
    "guidance (LCTR), Annex A",
    "The answer {field} is missing: true or false.",
    "La réponse {field} est absente : true ou false.",
)
INDICATOR_WITHOUT_LIST = _rule(
    "indicator_without_list",
    _REJECT,
    "message 330",
    "{field} is true, and {list} is empty.",
    "{field} est vrai et {list} est vide.",
)
LIST_WITHOUT_INDICATOR = _rule(
    "list_without_indicator",
    _REJECT,
    "message 364",
    "{list} is filled, and {field} is not true.",
    "{list} est rempli et {field} n'est pas vrai.",
)
DISPOSITION = _rule("disposition", _REJECT, "guidance", "The disposition is missing.", "La répartition est absente.")
FIRST_DISPOSITION = _rule(
    "first_disposition",
    _REJECT,
    "guidance (LCTR)",
    "The first disposition of cash cannot be a movement of virtual currency (17, 19).",
    "La première répartition d'espèces ne peut être un mouvement de monnaie virtuelle (17, 19).",
)
ACCOUNT_MISSING = _rule(
    "account_missing",
    _REJECT,
    "guidance (LCTR), Annex A",
    "The disposition names an account, and its number is missing.",
    "La répartition vise un compte et le numéro du compte est absent.",
)
ACCOUNT_DETAIL = _rule(
    "account_detail",
    _WARNING,
    "guidance (LCTR), Annex A; setting: which details are mandatory was not read",
    "{field} of the account is missing.",
    "{field} du compte est absent.",
)
# --- Persons and entities
CONDUCTOR_MISSING = _rule(
    "conductor_missing",
    _REJECT,
    "guidance (LCTR); SOR/2002-184 Sch. 1",
    "A conductor is needed; only night deposit and quick drop may leave it out.",
    "Il faut indiquer qui effectue l'opération; seuls le dépôt de nuit et le dépôt express peuvent l'omettre.",
)
CONDUCTOR_NAME_ONLY = _rule(
    "conductor_name_only",
    _REJECT,
    "guidance (LCTR); SOR/2002-184 Sch. 1",
    "The conductor may be named only (types 1, 2) just where the cash goes to a business account.",
    "Le nom seul (types 1, 2) ne suffit que si les espèces vont à un compte d'entreprise.",
)
CONDUCTOR_DETAILS_TOO_MANY = _rule(
    "conductor_details_too_many",
    _WARNING,
    "guidance (LCTR); API",
    "For cash to a business account the conductor's name suffices (types 1, 2).",
    "Pour un dépôt à un compte d'entreprise, le nom suffit (types 1, 2).",
)
BENEFICIARY_MISSING = _rule(
    "beneficiary_missing",
    _WARNING,
    "guidance (LCTR), Annex A",
    "No beneficiary is named.",
    "Aucun bénéficiaire n'est nommé.",
)
BENEFICIARY_BANK = _rule(
    "beneficiary_bank",
    _REJECT,
    "guidance (LCTR), Annex A; setting: the bank's names",
    "The bank itself cannot be the beneficiary.",
    "La banque elle-même ne peut être la bénéficiaire.",
)
INVOLVED_TWICE = _rule(
    "involved_twice",
    _REJECT,
    "guidance (LCTR), Annex A",
    "{name} is conductor, third party or beneficiary and cannot be involved besides.",
    "{name} effectue l'opération, est tiers ou bénéficiaire et ne peut être aussi mentionné comme participant.",
)
RELATIONSHIP = _rule(
    "relationship",
    _WARNING,
    "guidance (LCTR), Annex A",
    "The relationship to the conductor is missing.",
    "Le lien avec la personne qui effectue l'opération est absent.",
)
REFERENCE_UNDEFINED = _rule(
    "reference_undefined",
    _REJECT,
    "status 5018",
    "{reference} is not in the definitions.",
    "{reference} n'est pas dans les définitions.",
)
REFERENCE_TYPE = _rule(
    "reference_type",
    _REJECT,
    "API",
    "{reference} is defined as type {defined} and referred to as type {used}.",
    "{reference} est défini comme type {defined} et cité comme type {used}.",
)
REFERENCE_TWICE = _rule(
    "reference_twice",
    _REJECT,
    "API",
    "{reference} is defined twice.",
    "{reference} est défini deux fois.",
)
DEFINITION_UNUSED = _rule(
    "definition_unused",
    _WARNING,
    "API",
    "{reference} is defined and never referred to.",
    "{reference} est défini et jamais cité.",
)
PERSON_NAME = _rule(
    "person_name",
    _REJECT,
    "guidance (LCTR)",
    "Surname and given name are needed; a single name goes into the surname, with XXX as given name.",
    "Le nom et le prénom sont requis; un nom unique va au nom de famille, avec XXX comme prénom.",
)
ENTITY_NAME = _rule(
    "entity_name", _REJECT, "guidance", "The name of the entity is missing.", "Le nom de l'entité est absent."
)
DETAIL_MISSING = _rule(
    "detail_missing",
    _WARNING,
    "SOR/2002-184 Sch. 1, s. 152; setting: which fields are mandatory",
    "{field} is missing; it is asked for where it is known.",
    "{field} est absent; il est demandé s'il est connu.",
)
AUTHORIZED_PERSONS = _rule(
    "authorized_persons",
    _REJECT,
    "guidance (LCTR), Annex A",
    "At most three persons authorised to bind the entity are stated; these are {count}.",
    "Au plus trois personnes autorisées à engager l'entité sont indiquées; il y en a {count}.",
)
OCCUPATION_NUMBER = _rule(
    "occupation_number",
    _REJECT,
    "guidance (LCTR)",
    "A classification number alone is not enough; describe it in words.",
    "Un numéro de classification ne suffit pas; décrivez en mots.",
)
OCCUPATION_VAGUE = _rule(
    "occupation_vague",
    _WARNING,
    "guidance (LCTR)",
    "{text} alone says too little; add of what.",
    "« {text} » seul est trop vague; précisez de quoi.",
)
# --- Addresses
ADDRESS_BOTH = _rule(
    "address_both",
    _REJECT,
    "guidance (LCTR)",
    "An address is structured or unstructured, never both.",
    "Une adresse est structurée ou non structurée, jamais les deux.",
)
ADDRESS_TYPE = _rule(
    "address_type",
    _REJECT,
    "API",
    "The address type beside the address does not agree with it.",
    "Le type d'adresse ne concorde pas avec l'adresse.",
)
ADDRESS_NOT_PHYSICAL = _rule(
    "address_not_physical",
    _REJECT,
    "guidance (LCTR)",
    "A post office box, general delivery or suite alone is no address.",
    "Une case postale, la poste restante ou un numéro d'unité seul n'est pas une adresse.",
)
ADDRESS_COUNTRY = _rule("address_country", _WARNING, "guidance", "The country is missing.", "Le pays est absent.")
PROVINCE_CODE = _rule(
    "province_code",
    _REJECT,
    "guidance (LCTR); message 300",
    "{found} is no province or state code of {country}.",
    "{found} n'est pas un code de province ou d'État de {country}.",
)
PROVINCE_AS_NAME = _rule(
    "province_as_name",
    _REJECT,
    "guidance (LCTR)",
    "In Canada, the United States and Mexico the province or state is given by its code.",
    "Au Canada, aux États-Unis et au Mexique, la province ou l'État est indiqué par son code.",
)
PROVINCE_AS_CODE = _rule(
    "province_as_code",
    _REJECT,
    "guidance (LCTR)",
    "Outside Canada, the United States and Mexico the province is given by its name.",
    "Hors du Canada, des États-Unis et du Mexique, la province est indiquée par son nom.",
)
# --- Texts
OTHER_TEXT_MISSING = _rule(
    "other_text_missing",
    _REJECT,
    "guidance; rule 151040 (CDR), taken over",
    'The code says "other": {field} must say what.',
    "Le code indique « autre » : {field} doit préciser.",
)
OTHER_TEXT_NOT_WANTED = _rule(
    "other_text_not_wanted",
    _REJECT,
    "guidance; rule 151040 (CDR), taken over",
    '{field} is filled although the code does not say "other".',
    "{field} est rempli alors que le code n'indique pas « autre ».",
)
PLACEHOLDER = _rule(
    "placeholder",
    _REJECT,
    "guidance (LCTR)",
    "{text} stands for nothing; leave out what does not apply.",
    "« {text} » ne veut rien dire; omettez ce qui ne s'applique pas.",
)
SOCIAL_INSURANCE_CARD = _rule(
    "social_insurance_card",
    _REJECT,
    "guidance (LCTR): no social insurance number is sent",
    "A social insurance card is never reported; use another document.",
    "La carte d'assurance sociale n'est jamais déclarée; utilisez un autre document.",
)
SOCIAL_INSURANCE_NUMBER = _rule(
    "social_insurance_number",
    _REJECT,
    "guidance (LCTR): no social insurance number is sent",
    "This holds what looks like a social insurance number (nine digits, ending in {ending}); remove it.",
    "Ceci semble contenir un numéro d'assurance sociale (neuf chiffres, finissant par {ending}); retirez-le.",
)
SOCIAL_INSURANCE_NUMBER_LIKE = _rule(
    "social_insurance_number_like",
    _WARNING,
    "guidance (LCTR); setting: numbers of nine digits that are none",
    "These nine digits (ending in {ending}) could be a social insurance number; make sure they are not.",
    "Ces neuf chiffres (finissant par {ending}) pourraient être un numéro d'assurance sociale; vérifiez.",
)
CARD_NUMBER = _rule(
    "card_number",
    _WARNING,
    "PCI DSS 3.4, 3.5",
    "This holds what looks like a payment card number (ending in {ending}); shorten it unless it must be sent.",
    "Ceci semble contenir un numéro de carte (finissant par {ending}); abrégez-le s'il n'est pas requis.",
)
# --- Suspicious transactions
NARRATIVE = _rule(
    "narrative",
    _REJECT,
    "guidance (STR)",
    "The details of the suspicion are missing.",
    "Les détails du soupçon sont absents.",
)
ACTION_TAKEN = _rule(
    "action_taken", _REJECT, "guidance (STR)", "The action taken is missing.", "Les mesures prises sont absentes."
)
SUSPICION_TYPE = _rule(
    "suspicion_type", _REJECT, "guidance (STR)", "The type of suspicion is missing.", "Le type de soupçon est absent."
)
JARGON = _rule(
    "jargon",
    _WARNING,
    "guidance (STR): plain language; setting: the words",
    "{words}: the reader may not know this; write it out.",
    "{words} : le lecteur peut ne pas connaître ce terme; écrivez-le au long.",
)
REASON_NOT_COMPLETED = _rule(
    "reason_not_completed",
    _REJECT,
    "guidance (STR)",
    "An attempted transaction says why it was not completed.",
    "Une tentative indique pourquoi l'opération n'a pas été effectuée.",
)
REASON_OF_COMPLETED = _rule(
    "reason_of_completed",
    _REJECT,
    "guidance (STR)",
    "A completed transaction has no reason for not being completed.",
    "Une opération effectuée n'a pas de raison de non-achèvement.",
)
DIRECTION = _rule(
    "direction",
    _REJECT,
    "guidance (STR)",
    "Direction and type of what moved are both needed.",
    "La direction et le type de fonds sont requis.",
)
DIRECTIVE_STR = _rule(
    "directive_str",
    _REJECT,
    "rules 130180, 130181; guidance (STR)",
    "Under a ministerial directive a report has exactly one completed transaction and empty narratives.",
    "En vertu d'une directive ministérielle, la déclaration a une seule opération effectuée et aucun texte.",
)
# --- Before it leaves the house
UNCONFIRMED = _rule(
    "unconfirmed",
    _REJECT,
    "setting: the bank's own rule",
    "What this transaction states is proposed by the system; a person has to confirm it.",
    "Ce que cette opération énonce est proposé par le système; une personne doit le confirmer.",
)
NOBODY_NAMED = _rule(
    "nobody_named",
    _REJECT,
    "setting: the bank's own rule",
    "No transaction names a person or entity: enter the customer as a party, then copy the parties anew.",
    "Aucune opération ne nomme une personne ou entité : inscrivez le client, puis recopiez les parties.",
)

"""The rules of reports, of their transactions and of suspicions; those of people and texts are ``party_rules``."""

from __future__ import annotations

from compliance.fintrac.rules.rule import REJECT, WARNING, declared

# --- Who reports what
REPORT_TYPE = declared(
    "report_type",
    REJECT,
    "API",
    "The report type code is {found}; this report is checked as {wanted}.",
    "Le code de genre de déclaration est {found}; cette déclaration est vérifiée comme {wanted}.",
)
SUBMIT_TYPE = declared(
    "submit_type",
    REJECT,
    "API",
    "A whole report is submitted (1) or changed (2); to delete one, send the short order with code 5.",
    "Une déclaration complète est soumise (1) ou modifiée (2); pour la supprimer, envoyez l'ordre court (code 5).",
)
DELETE_TYPE = declared(
    "delete_type",
    REJECT,
    "API",
    "An order to delete has the submit type code 5.",
    "Un ordre de suppression porte le code de soumission 5.",
)
ACTIVITY_SECTOR = declared(
    "activity_sector",
    REJECT,
    "rule 120000",
    "The activity sector code is missing.",
    "Le code du secteur d'activité est absent.",
)
ACTIVITY_SECTOR_BANK = declared(
    "activity_sector_bank",
    WARNING,
    "guidance (LCTR)",
    "The activity sector is {found}; that of a bank is 2.",
    "Le secteur d'activité est {found}; celui d'une banque est 2.",
)
ENTITY_NUMBER = declared(
    "entity_number",
    REJECT,
    "guidance (LCTR); status 5004, 5019",
    "A reporting entity number has seven digits.",
    "Un numéro d'entité déclarante compte sept chiffres.",
)
# --- The 24-hour rule
AGGREGATION_MISSING = declared(
    "aggregation_missing",
    REJECT,
    "guidance (LCTR), Annex A",
    "Aggregation type, period start and period end are all needed, also where aggregation does not apply.",
    "Le type de regroupement, le début et la fin de la période sont requis, même sans regroupement.",
)
PERIOD_LENGTH = declared(
    "period_length",
    REJECT,
    "SOR/2002-184 s. 126",
    "The period must end after it starts and cover 24 hours at most.",
    "La période doit finir après son début et couvrir au plus 24 heures.",
)
OUTSIDE_PERIOD = declared(
    "outside_period",
    REJECT,
    "rules 151020 to 151024 (CDR), taken over",
    "The transaction is outside the 24-hour period of the report.",
    "L'opération se situe hors de la période de 24 heures de la déclaration.",
)
AGGREGATION_COUNT = declared(
    "aggregation_count",
    REJECT,
    "SOR/2002-184 s. 126",
    "An aggregated report has two transactions or more; this one has {count}.",
    "Une déclaration regroupée compte deux opérations ou plus; celle-ci en compte {count}.",
)
SINGLE_COUNT = declared(
    "single_count",
    REJECT,
    "guidance (24-hour rule)",
    "Without aggregation a report has exactly one transaction; this one has {count}.",
    "Sans regroupement, une déclaration compte exactement une opération; celle-ci en compte {count}.",
)
BELOW_THRESHOLD = declared(
    "below_threshold",
    REJECT,
    "SOR/2002-184 s. 7(1)(a), 126",
    "The cash adds up to {total} CAD; a large cash report starts at 10,000.00.",
    "Les espèces totalisent {total} CAD; la déclaration commence à 10 000,00.",
)
THRESHOLD_INDICATOR = declared(
    "threshold_indicator",
    REJECT,
    "guidance (LCTR), Annex A",
    "The threshold indicator is missing.",
    "L'indicateur de seuil est absent.",
)
THRESHOLD_DISAGREES = declared(
    "threshold_disagrees",
    WARNING,
    "setting: this project's reading of the indicator",
    "The threshold indicator does not agree with the amount of {total} CAD.",
    "L'indicateur de seuil ne concorde pas avec le montant de {total} CAD.",
)
NO_COMMON_PARTY = declared(
    "no_common_party",
    WARNING,
    "SOR/2002-184 s. 126; guidance (24-hour rule)",
    "No party is {role} in every transaction, although the report is aggregated by that role.",
    "Aucune partie n'est {role_fr} dans chaque opération, alors que la déclaration est regroupée à ce titre.",
)
DIRECTIVE_LCTR = declared(
    "directive_lctr",
    REJECT,
    "rule 120082; guidance (LCTR)",
    "Under a ministerial directive a report has one transaction below the threshold and no aggregation.",
    "En vertu d'une directive ministérielle, la déclaration a une opération sous le seuil et aucun regroupement.",
)
# --- Transactions
NO_TRANSACTION = declared(
    "no_transaction", REJECT, "guidance", "The report has no transaction.", "La déclaration n'a aucune opération."
)
NO_STARTING_ACTION = declared(
    "no_starting_action",
    REJECT,
    "guidance",
    "A transaction needs at least one starting action.",
    "Une opération exige au moins une action de départ.",
)
NO_COMPLETING_ACTION = declared(
    "no_completing_action",
    REJECT,
    "guidance",
    "A completed transaction needs at least one completing action.",
    "Une opération effectuée exige au moins une action d'achèvement.",
)
LOCATION = declared(
    "location", REJECT, "guidance (LCTR)", "The location number is blank.", "Le numéro d'emplacement est vide."
)
TRANSACTION_REFERENCE = declared(
    "transaction_reference",
    REJECT,
    "guidance (LCTR), Annex A",
    "The transaction has no reference of its own.",
    "L'opération n'a pas de numéro de référence.",
)
TRANSACTION_REFERENCE_TWICE = declared(
    "transaction_reference_twice",
    REJECT,
    "guidance (LCTR), Annex A",
    "The transaction reference {reference} is used twice in this report.",
    "La référence d'opération {reference} figure deux fois dans cette déclaration.",
)
METHOD = declared(
    "method", REJECT, "guidance", "The method of the transaction is missing.", "Le mode de l'opération est absent."
)
TRANSACTION_TIME = declared(
    "transaction_time",
    REJECT,
    "guidance (LCTR)",
    "The date and time of the transaction are missing; only night deposit and quick drop may leave them out.",
    "La date et l'heure sont absentes; seuls le dépôt de nuit et le dépôt express peuvent les omettre.",
)
POSTING_TIME = declared(
    "posting_time",
    REJECT,
    "guidance (LCTR)",
    "Without a time of transaction the date of posting is needed.",
    "Sans heure d'opération, la date d'inscription est requise.",
)
POSTING_BEFORE = declared(
    "posting_before",
    REJECT,
    "message 302",
    "It was posted before it took place.",
    "L'inscription précède l'opération.",
)
NO_SUCH_TIME = declared(
    "no_such_time",
    REJECT,
    "message 362",
    "There is no such date, time or offset.",
    "Cette date, cette heure ou ce décalage n'existe pas.",
)
FUTURE = declared(
    "future", REJECT, "message 304; guidance", "This lies in the future.", "Cette date est dans l'avenir."
)
TOO_OLD = declared(
    "too_old",
    WARNING,
    "message 308; setting: the earliest day is known for the CDR only",
    "This lies before {earliest}, the earliest day the service is known to take.",
    "Cette date précède le {earliest}, le premier jour que le service accepte à notre connaissance.",
)
# --- Amounts and money
AMOUNT = declared(
    "amount", REJECT, "guidance", "Amount and currency are both needed.", "Le montant et la devise sont requis."
)
AMOUNT_ZERO = declared(
    "amount_zero", REJECT, "guidance", "The amount must be more than zero.", "Le montant doit être supérieur à zéro."
)
INDICATOR_MISSING = declared(
    "indicator_missing",
    REJECT,
    "guidance (LCTR), Annex A",
    "The answer {field} is missing: true or false.",
    "La réponse {field} est absente : true ou false.",
)
INDICATOR_WITHOUT_LIST = declared(
    "indicator_without_list",
    REJECT,
    "message 330",
    "{field} is true, and {list} is empty.",
    "{field} est vrai et {list} est vide.",
)
LIST_WITHOUT_INDICATOR = declared(
    "list_without_indicator",
    REJECT,
    "message 364",
    "{list} is filled, and {field} is not true.",
    "{list} est rempli et {field} n'est pas vrai.",
)
DISPOSITION = declared("disposition", REJECT, "guidance", "The disposition is missing.", "La répartition est absente.")
FIRST_DISPOSITION = declared(
    "first_disposition",
    REJECT,
    "guidance (LCTR)",
    "The first disposition of cash cannot be a movement of virtual currency (17, 19).",
    "La première répartition d'espèces ne peut être un mouvement de monnaie virtuelle (17, 19).",
)
ACCOUNT_MISSING = declared(
    "account_missing",
    REJECT,
    "guidance (LCTR), Annex A",
    "The disposition names an account, and its number is missing.",
    "La répartition vise un compte et le numéro du compte est absent.",
)
ACCOUNT_DETAIL = declared(
    "account_detail",
    WARNING,
    "guidance (LCTR), Annex A; setting: which details are mandatory was not read",
    "{field} of the account is missing.",
    "{field} du compte est absent.",
)
# --- Suspicious transactions
NARRATIVE = declared(
    "narrative",
    REJECT,
    "guidance (STR)",
    "The details of the suspicion are missing.",
    "Les détails du soupçon sont absents.",
)
ACTION_TAKEN = declared(
    "action_taken", REJECT, "guidance (STR)", "The action taken is missing.", "Les mesures prises sont absentes."
)
SUSPICION_TYPE = declared(
    "suspicion_type", REJECT, "guidance (STR)", "The type of suspicion is missing.", "Le type de soupçon est absent."
)
JARGON = declared(
    "jargon",
    WARNING,
    "guidance (STR): plain language; setting: the words",
    "{words}: the reader may not know this; write it out.",
    "{words} : le lecteur peut ne pas connaître ce terme; écrivez-le au long.",
)
REASON_NOT_COMPLETED = declared(
    "reason_not_completed",
    REJECT,
    "guidance (STR)",
    "An attempted transaction says why it was not completed.",
    "Une tentative indique pourquoi l'opération n'a pas été effectuée.",
)
REASON_OF_COMPLETED = declared(
    "reason_of_completed",
    REJECT,
    "guidance (STR)",
    "A completed transaction has no reason for not being completed.",
    "Une opération effectuée n'a pas de raison de non-achèvement.",
)
DIRECTION = declared(
    "direction",
    REJECT,
    "guidance (STR)",
    "Direction and type of what moved are both needed.",
    "La direction et le type de fonds sont requis.",
)
DIRECTIVE_STR = declared(
    "directive_str",
    REJECT,
    "rules 130180, 130181; guidance (STR)",
    "Under a ministerial directive a report has exactly one completed transaction and empty narratives.",
    "En vertu d'une directive ministérielle, la déclaration a une seule opération effectuée et aucun texte.",
)
# --- Before it leaves the house
UNCONFIRMED = declared(
    "unconfirmed",
    REJECT,
    "setting: the bank's own rule",
    "What this transaction states is proposed by the system; a person has to confirm it.",
    "Ce que cette opération énonce est proposé par le système; une personne doit le confirmer.",
)
NOBODY_NAMED = declared(
    "nobody_named",
    REJECT,
    "setting: the bank's own rule",
    "No transaction names a person or entity: enter the customer as a party, then copy the parties anew.",
    "Aucune opération ne nomme une personne ou entité : inscrivez le client, puis recopiez les parties.",
)

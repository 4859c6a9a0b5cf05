"""What an ELM 3.2 document may say: properties, classes, of what kind, how often, of which list.

Facts of the application profile EDC 3.2 (context and shapes of the Commission's
European-Learning-Model, branch ``EDC-3.2-(LTS)``) and of VCDM 1.1. A data table: nothing is judged
here.
"""

from types import MappingProxyType


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PROPERTIES = _words(
    """
    accreditation accreditingAgent additionalNote address admissionProcedure altLabel amount
    applicationDeadline areaDialingCode assessedBy attachment attachmentType awardedBy
    awardingBody awardingDate awardingOpportunity awards bannerImage birthName category
    citizenshipCountry contactForm contactHour contactPoint content contentEncoding
    contentSize contentType contentURL count countryCode countryDialing creator
    credentialProfiles credentialSchema credentialStatus credentialSubject creditPoint
    creditReceived dateCreated dateIssued dateModified dateOfBirth dcType decision
    definition description descriptionHtml dialNumber directedBy displayDetail
    displayParameter duration eIDASIdentifier educationLevel educationSubject
    educationalSystemNote elmSubject emailAddress embeddedEvidence endDate entitledBy
    entitlementStatus entitlesTo entryRequirement eqfLevel evidence evidenceStatement
    evidenceTarget expirationDate expiryDate familyName framework fullAddress fullName
    gender generalisationOf geographicName givenName grade gradeStatus gradingScheme grant
    groupMemberOf hasClaim hasCredential hasPart hasSubOrganization holder homepage id
    idVerification identifier image inScheme individualDisplay influencedBy influences
    isPartOf isPartialQualification issuanceDate issued issuer label landingPage language
    latitude learningAchievementSpecification learningActivitySpecification
    learningOpportunity learningOutcome learningOutcomeSummary learningSchedule
    learningSetting legalName levelOfCompletion limitCredentialType limitEQFLevel limitField
    limitJurisdiction limitNationalOccupation limitOccupation limitOrganisation
    limitQualification location logo longitude maximumDuration maximumScore member memberOf
    minimumScore mode nationalID notation noteFormat noteLiteral nqfLevel organisation page
    patronymicName percentageEqual percentageHigher percentageLower person phone phoneNumber
    placeOfBirth point prefLabel priceDetail primaryLanguage proof provenBy proves
    providedBy publisher qualificationCode refreshService registration relatedESCOSkill
    relatedSkill report resultCategory resultDistribution reusabilityLevel reviewDate
    scheduleInformation schemeAgency schemeId schemeName schemeVersion score
    shortenedGrading spatial spatialCode specialisationOf specifiedBy startDate status
    subOrganizationOf subject summaryDisplay supplementaryDocument targetGroup taxIdentifier
    temporal termsOfUse thematicArea title type unit used valid validFrom validUntil value
    vatIdentifier verifiableCredential verificationCheck verificationStatus volumeOfLearning
    workload
    """
)
"""Every property that the two contexts define."""

CLASSES = _words(
    """
    Accreditation Address Agent Amount AwardingOpportunity AwardingProcess Claim Concept
    ConceptScheme ContactPoint CredentialStatus CreditPoint DisplayDetail DisplayParameter
    EuropeanDigitalCredential EuropeanDigitalPresentation Evidence Geometry GradingScheme
    Grant Group Identifier IndividualDisplay LearningAchievement
    LearningAchievementSpecification LearningActivity LearningActivitySpecification
    LearningAssessment LearningAssessmentSpecification LearningEntitlement
    LearningEntitlementSpecification LearningOpportunity LearningOutcome LegalIdentifier
    Location Mailbox MediaObject Note Organisation PeriodOfTime Person Phone PriceDetail
    Proof Qualification ResultCategory ResultDistribution ShaclValidator2017
    ShortenedGrading Specification TermsOfUse VerificationCheck WebResource
    VerifiableCredential VerifiablePresentation
    """
)
"""Every class that they define."""

CLAIMS = "LearningAchievement LearningActivity LearningAssessment LearningEntitlement Claim"
_AGENTS = "Agent Person Organisation"
_SPECIFICATIONS = "LearningAchievementSpecification Qualification"

_KINDS = {
    "Accreditation": "accreditation",
    "Address": "address",
    _AGENTS: """
        assessedBy awardingBody credentialSubject directedBy evidenceTarget holder issuer member
    """,
    "Amount": "amount",
    "AwardingOpportunity": "awardingOpportunity",
    "AwardingProcess": "awardedBy",
    "Concept": """
        attachmentType citizenshipCountry contentEncoding contentType countryCode
        credentialProfiles dcType decision educationLevel educationSubject educationalSystemNote
        entitlementStatus eqfLevel framework gender gradeStatus idVerification language
        learningSchedule learningSetting limitCredentialType limitEQFLevel limitField
        limitJurisdiction limitNationalOccupation limitOccupation mode noteFormat nqfLevel
        primaryLanguage qualificationCode relatedESCOSkill relatedSkill reusabilityLevel spatial
        spatialCode subject targetGroup thematicArea unit verificationStatus
    """,
    "ConceptScheme": "inScheme",
    "ContactPoint": "contactPoint",
    "CredentialStatus": "credentialStatus",
    "CreditPoint": "creditPoint creditReceived",
    "DisplayDetail": "displayDetail",
    "DisplayParameter": "displayParameter",
    "EuropeanDigitalCredential": "elmSubject hasCredential",
    "Evidence": "evidence",
    "GradingScheme": "gradingScheme",
    "Grant": "grant",
    "Group": "groupMemberOf",
    "Identifier LegalIdentifier": "identifier",
    "IndividualDisplay": "individualDisplay",
    CLAIMS: "awards hasClaim",
    _SPECIFICATIONS: "learningAchievementSpecification",
    "LearningActivitySpecification": "learningActivitySpecification",
    "LearningAssessment": "used",
    "LearningOpportunity": "learningOpportunity",
    "LearningOutcome": "learningOutcome",
    "LegalIdentifier": "eIDASIdentifier nationalID registration taxIdentifier vatIdentifier",
    "Location": "location placeOfBirth",
    "Mailbox": "emailAddress",
    "MediaObject": "attachment bannerImage embeddedEvidence image logo",
    "Note": """
        additionalNote admissionProcedure entryRequirement fullAddress grade
        learningOutcomeSummary scheduleInformation
    """,
    "Organisation": """
        accreditingAgent hasSubOrganization limitOrganisation memberOf organisation providedBy
        subOrganizationOf
    """,
    "PeriodOfTime": "temporal",
    "Phone": "phone",
    "PriceDetail": "priceDetail",
    "Proof": "proof",
    "Qualification": "limitQualification",
    "ResultCategory": "resultCategory",
    "ResultDistribution": "resultDistribution",
    "ShaclValidator2017": "credentialSchema",
    "ShortenedGrading": "shortenedGrading",
    "TermsOfUse": "termsOfUse",
    "VerificationCheck": "verificationCheck",
    "WebResource": "contactForm homepage landingPage report supplementaryDocument",
    "decimal": "value",
    "duration": "duration maximumDuration volumeOfLearning workload",
    "moment": """
        applicationDeadline awardingDate dateIssued dateModified dateOfBirth endDate
        expirationDate expiryDate issuanceDate issued reviewDate startDate valid validFrom
        validUntil
    """,
    "text": """
        contactHour content countryDialing descriptionHtml dialNumber evidenceStatement label
        maximumScore minimumScore notation phoneNumber point schemeName schemeVersion score status
        summaryDisplay
    """,
    "texts": """
        altLabel birthName category definition description familyName fullName geographicName
        givenName legalName noteLiteral patronymicName prefLabel schemeAgency title
    """,
    "truth": "isPartialQualification",
    "uri": "contentURL schemeId",
    "whole": """
        contentSize count levelOfCompletion page percentageEqual percentageHigher
        percentageLower
    """,
}
KINDS = MappingProxyType(
    {name: frozenset(kind.split()) for kind, names in _KINDS.items() for name in names.split()}
)
"""Property to the classes of its values, or to the kind of its literals: texts (a language map),
text, uri, moment (a dateTime), duration, whole (an integer), decimal, truth."""


TEXTS = frozenset(name for name, kinds in KINDS.items() if "texts" in kinds)
"""Properties whose value is a language map."""

_KINDS_WITHIN = {
    "LearningAchievement": {
        "entitlesTo": "LearningEntitlement",
        "hasPart": "LearningAchievement",
        "influencedBy": "LearningActivity",
        "isPartOf": "LearningAchievement",
        "provenBy": "LearningAssessment",
        "specifiedBy": _SPECIFICATIONS,
    },
    "LearningAchievementSpecification": {
        "entitlesTo": "LearningEntitlementSpecification",
        "generalisationOf": _SPECIFICATIONS,
        "hasPart": _SPECIFICATIONS,
        "influencedBy": "LearningActivitySpecification",
        "isPartOf": _SPECIFICATIONS,
        "provenBy": "LearningAssessmentSpecification",
        "specialisationOf": _SPECIFICATIONS,
    },
    "LearningActivity": {
        "hasPart": "LearningActivity",
        "influences": "LearningAchievement",
        "isPartOf": "LearningActivity",
        "specifiedBy": "LearningActivitySpecification",
    },
    "LearningActivitySpecification": {
        "generalisationOf": "LearningActivitySpecification",
        "hasPart": "LearningActivitySpecification",
        "influences": _SPECIFICATIONS,
        "isPartOf": "LearningActivitySpecification",
        "specialisationOf": "LearningActivitySpecification",
    },
    "LearningAssessment": {
        "hasPart": "LearningAssessment",
        "isPartOf": "LearningAssessment",
        "proves": "LearningAchievement",
        "specifiedBy": "LearningAssessmentSpecification",
    },
    "LearningAssessmentSpecification": {
        "generalisationOf": "LearningAssessmentSpecification",
        "hasPart": "LearningAssessmentSpecification",
        "isPartOf": "LearningAssessmentSpecification",
        "proves": _SPECIFICATIONS,
        "specialisationOf": "LearningAssessmentSpecification",
    },
    "LearningEntitlement": {
        "entitledBy": "LearningAchievement",
        "hasPart": "LearningEntitlement",
        "isPartOf": "LearningEntitlement",
        "specifiedBy": "LearningEntitlementSpecification",
    },
    "LearningEntitlementSpecification": {
        "entitledBy": _SPECIFICATIONS,
        "generalisationOf": "LearningEntitlementSpecification",
        "hasPart": "LearningEntitlementSpecification",
        "isPartOf": "LearningEntitlementSpecification",
        "specialisationOf": "LearningEntitlementSpecification",
    },
    "LearningOpportunity": {
        "hasPart": "LearningOpportunity",
        "isPartOf": "LearningOpportunity",
    },
    "Qualification": {
        "entitlesTo": "LearningEntitlementSpecification",
        "generalisationOf": "Qualification",
        "hasPart": "Qualification",
        "influencedBy": "LearningActivitySpecification",
        "isPartOf": "Qualification",
        "provenBy": "LearningAssessmentSpecification",
        "specialisationOf": "Qualification",
    },
}
KINDS_WITHIN = MappingProxyType(
    {
        (within, name): frozenset(kind.split())
        for within, kinds in _KINDS_WITHIN.items()
        for name, kind in kinds.items()
    }
)
"""Class and property to the classes of its values, where they depend on the class."""


_COUNTS = {
    "Accreditation": """
        accreditingAgent! dateIssued? dateModified? dcType! decision? expiryDate?
        limitQualification? report? reviewDate? status? title+ valid?
    """,
    "Address": "countryCode! fullAddress?",
    "Amount": "unit! value!",
    "AwardingOpportunity": "awardingBody+ learningAchievementSpecification? location? temporal?",
    "AwardingProcess": "awardingBody+ awardingDate? educationalSystemNote? location?",
    "Claim": "awardedBy! title+",
    "Concept": "notation?",
    "CreditPoint": "framework! point!",
    "DisplayDetail": "image! page!",
    "DisplayParameter": "individualDisplay+ language+ primaryLanguage! summaryDisplay? title+",
    "EuropeanDigitalCredential": """
        credentialProfiles+ credentialSchema+ credentialStatus? credentialSubject!
        displayParameter! expirationDate? issuanceDate? issued! issuer! validFrom! validUntil?
    """,
    "Evidence": "accreditation? dcType! evidenceStatement? evidenceTarget?",
    "GradingScheme": "title+",
    "Grant": "contentURL? dcType? title+",
    "Group": "prefLabel+",
    "Identifier": """
        creator? dateIssued? notation! schemeAgency? schemeId? schemeName? schemeVersion?
    """,
    "IndividualDisplay": "displayDetail+ language!",
    "LearningAchievement": "awardedBy! learningOpportunity? specifiedBy? title+",
    "LearningAchievementSpecification": """
        dateModified? entryRequirement? learningOutcomeSummary? learningSetting?
        maximumDuration? status? title+ volumeOfLearning?
    """,
    "LearningActivity": """
        awardedBy! learningOpportunity? levelOfCompletion? specifiedBy? title+ workload?
    """,
    "LearningActivitySpecification": "dateModified? status? title+ volumeOfLearning?",
    "LearningAssessment": """
        awardedBy! dateIssued? grade! gradeStatus? idVerification? location? proves?
        resultDistribution? shortenedGrading? specifiedBy? title+
    """,
    "LearningAssessmentSpecification": "dateModified? dcType? gradingScheme? status? title+",
    "LearningEntitlement": "awardedBy! dateIssued? dcType? expiryDate? specifiedBy? title+",
    "LearningEntitlementSpecification": "dateModified? dcType! entitlementStatus! status? title+",
    "LearningOpportunity": """
        admissionProcedure? bannerImage? dateModified? duration?
        learningAchievementSpecification? learningActivitySpecification? learningSchedule?
        providedBy+ scheduleInformation? status? temporal? title+
    """,
    "LearningOutcome": "dcType? reusabilityLevel? title+",
    "LegalIdentifier": """
        creator? dateIssued? notation! schemeAgency? schemeId? schemeName? schemeVersion?
        spatial!
    """,
    "Location": "address+",
    "MediaObject": """
        attachmentType? content! contentEncoding! contentSize? contentType! contentURL?
    """,
    "Note": "noteFormat? noteLiteral+ subject?",
    "Organisation": """
        dateModified? eIDASIdentifier? legalName+ location+ logo? registration?
        subOrganizationOf?
    """,
    "PeriodOfTime": "endDate? startDate?",
    "Person": """
        dateModified? dateOfBirth? familyName? fullName? gender? givenName? hasClaim+ location?
        nationalID? placeOfBirth?
    """,
    "Phone": "countryDialing? dialNumber? phoneNumber?",
    "PriceDetail": "amount?",
    "Qualification": """
        dateModified? entryRequirement? eqfLevel? isPartialQualification?
        learningOutcomeSummary? learningSetting? maximumDuration? status? title+
        volumeOfLearning?
    """,
    "ResultCategory": "count! label! maximumScore? minimumScore? score?",
    "ShortenedGrading": "percentageEqual! percentageHigher! percentageLower!",
    "Specification": "dateModified? status? title+",
    "VerificationCheck": "dcType! elmSubject! verificationStatus!",
    "WebResource": "contentURL! language?",
}
NEEDED = MappingProxyType(
    {
        kind: tuple(name[:-1] for name in names.split() if name[-1] in "!+")
        for kind, names in _COUNTS.items()
    }
)
"""Class to the properties that it must have at least once."""
ONCE = MappingProxyType(
    {
        kind: frozenset(name[:-1] for name in names.split() if name[-1] in "!?")
        for kind, names in _COUNTS.items()
    }
)
"""Class to the properties that it may have once at most."""
ONE_A_LANGUAGE = frozenset({"title", "description", "legalName", "prefLabel"})
"""Texts of which there is one a language."""

_SNB = "http://data.europa.eu/snb/"
_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_ESCO = "http://data.europa.eu/esco/concept-scheme/"
SCHEMES = MappingProxyType(
    {
        "citizenshipCountry": f"{_AUTHORITY}country",
        "countryCode": f"{_AUTHORITY}country",
        "credentialProfiles": f"{_SNB}credential/25831c2",
        "entitlementStatus": f"{_SNB}entitlement-status/25831c2",
        "eqfLevel": f"{_SNB}eqf/25831c2",
        "language": f"{_AUTHORITY}language",
        "learningSetting": f"{_SNB}learning-setting/25831c2",
        "limitEQFLevel": f"{_SNB}eqf/25831c2",
        "limitField": f"{_SNB}isced-f/25831c2",
        "limitJurisdiction": f"{_AUTHORITY}atu",
        "limitOccupation": f"{_ESCO}occupations",
        "nqfLevel": f"{_SNB}qdr/25831c2",
        "primaryLanguage": f"{_AUTHORITY}language",
        "relatedESCOSkill": f"{_ESCO}skills",
        "reusabilityLevel": f"{_SNB}skill-reuse-level/25831c2",
        "spatial": f"{_AUTHORITY}country",
        "thematicArea": f"{_SNB}isced-f/25831c2",
        "unit": f"{_AUTHORITY}currency",
        "verificationStatus": f"{_SNB}verification-status/25831c2",
    }
)
"""Property to the scheme that the shapes enforce for its concepts."""
TYPE_SCHEMES = MappingProxyType(
    {
        "Accreditation": f"{_SNB}accreditation/25831c2",
        "Claim": f"{_SNB}claim-type/25831c2",
        "Evidence": f"{_SNB}evidence-type/25831c2",
        "LearningOutcome": f"{_SNB}skill-type/25831c2",
        "VerificationCheck": f"{_SNB}verification/25831c2",
    }
)
"""Class to the scheme that they enforce for its ``dcType``."""

NAMED = frozenset({"credentialSchema", "credentialStatus", "inScheme"})
"""Properties beside those whose values must have an id that is no blank node."""

CLOSED_LISTS = ("country", "eqf", "isced_f", "skill_type")
"""EU lists held here whole that do not grow: a concept that is not in them does not exist."""
OPEN_LISTS = ("assessment", "participation", "quality", "supervision")
"""EU lists held here whole as of ELM 3.2, to which a later edition may add."""

"""What an ELM 3.2 document may say: the names of its properties and classes, and where lists hold.

Facts of the application profile EDC 3.2 (context and shapes of the Commission's
European-Learning-Model, branch ``EDC-3.2-(LTS)``) and of VCDM 1.1. A data table: nothing is
computed here.
"""


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

_SNB = "http://data.europa.eu/snb/"
_AUTHORITY = "http://publications.europa.eu/resource/authority/"
SCHEMES = {
    "countryCode": f"{_AUTHORITY}country",
    "credentialProfiles": f"{_SNB}credential/25831c2",
    "eqfLevel": f"{_SNB}eqf/25831c2",
    "language": f"{_AUTHORITY}language",
    "learningSetting": f"{_SNB}learning-setting/25831c2",
    "limitEQFLevel": f"{_SNB}eqf/25831c2",
    "limitField": f"{_SNB}isced-f/25831c2",
    "limitJurisdiction": f"{_AUTHORITY}atu",
    "nqfLevel": f"{_SNB}qdr/25831c2",
    "primaryLanguage": f"{_AUTHORITY}language",
    "relatedESCOSkill": "http://data.europa.eu/esco/concept-scheme/skills",
    "reusabilityLevel": f"{_SNB}skill-reuse-level/25831c2",
    "thematicArea": f"{_SNB}isced-f/25831c2",
}
"""Property to the scheme that the shapes enforce for its concepts."""

WHOLE_LISTS = (
    "assessment",
    "country",
    "eqf",
    "participation",
    "quality",
    "skill_type",
    "supervision",
)
"""EU lists that are held here whole: a concept that is not in them does not exist."""

REQUIRED = {
    "EuropeanDigitalCredential": (
        "credentialProfiles", "displayParameter", "issuer", "credentialSubject", "issued",
        "validFrom", "credentialSchema",
    ),
    "Organisation": ("legalName", "location"),
    "Location": ("address",),
    "Address": ("countryCode",),
    "Person": ("hasClaim",),
    "LearningAchievement": ("title", "awardedBy"),
    "LearningActivity": ("title", "awardedBy"),
    "LearningAssessment": ("title", "awardedBy", "grade"),
    "LearningEntitlement": ("title", "awardedBy"),
    "LearningAchievementSpecification": ("title",),
    "Qualification": ("title",),
    "LearningActivitySpecification": ("title",),
    "LearningAssessmentSpecification": ("title",),
    "LearningOutcome": ("title",),
    "GradingScheme": ("title",),
    "AwardingProcess": ("awardingBody",),
    "CreditPoint": ("framework", "point"),
    "DisplayParameter": ("title", "language", "primaryLanguage", "individualDisplay"),
    "IndividualDisplay": ("language", "displayDetail"),
    "DisplayDetail": ("page", "image"),
    "MediaObject": ("content", "contentType", "contentEncoding"),
    "Accreditation": ("title", "dcType", "accreditingAgent"),
    "Evidence": ("dcType",),
    "LegalIdentifier": ("notation", "spatial"),
    "Identifier": ("notation",),
    "Note": ("noteLiteral",),
    "WebResource": ("contentURL",),
    "Concept": ("inScheme", "prefLabel"),
}  # fmt: skip
"""Class to the properties that its shape demands."""

DATES = _words(
    """
    applicationDeadline awardingDate dateIssued dateModified dateOfBirth endDate expirationDate
    expiryDate issuanceDate issued reviewDate startDate validFrom validUntil
    """
)
"""Properties whose value is an xsd:dateTime."""

DURATIONS = frozenset({"volumeOfLearning", "workload", "maximumDuration"})
"""Properties whose value is an xsd:duration."""

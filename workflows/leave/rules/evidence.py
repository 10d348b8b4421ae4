"""Which documents a request for leave needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.errors import Text
from workflows.leave.law import ANNUAL, EARLY_GROUNDS, IMPORTANT, MATERNITY, SICK, LeaveLaw
from workflows.leave.rules.facts import Application, Facts
from workflows.leave.rules.sick import ILLNESS, illness, is_long, is_one_day
from workflows.months import end_of

DECREES = ("decree_cpns", "decree_pns", "decree_rank", "decree_post")
DOCTOR, GOVERNMENT_DOCTOR, HEALTH_TEAM = "doctor_letter", "government_doctor_letter", "health_team_letter"
BIRTH, INPATIENT, DEATH = "birth_letter", "inpatient_letter", "death_certificate"
MARRIAGE, FAMILY = ("marriage_papers",), ("family_card", "marriage_book")

DOCUMENTS: Mapping[str, Text] = {
    "sick_note": Text("Surat keterangan sakit kepada atasan langsung", "Sick note to the direct superior"),
    DOCTOR: Text("Surat keterangan dokter", "Doctor's letter"),
    GOVERNMENT_DOCTOR: Text("Surat keterangan dokter pemerintah", "Letter of a government doctor"),
    HEALTH_TEAM: Text("Surat Tim Penguji Kesehatan", "Letter of the health team"),
    "miscarriage_letter": Text("Surat keterangan dokter atau bidan", "Letter of a doctor or midwife"),
    "accident_report": Text("Laporan kecelakaan dalam tugas", "Report of the accident in duty"),
    BIRTH: Text(
        "Surat dokter atau bidan tentang hari perkiraan lahir", "Letter of a doctor or midwife on the due date"
    ),
    INPATIENT: Text("Surat keterangan rawat inap", "Letter of the hospital on the stay there"),
    DEATH: Text("Surat keterangan kematian", "Death certificate"),
    "marriage_papers": Text("Undangan atau surat pengantar nikah", "Invitation or papers for the marriage"),
    "neighbourhood_letter": Text(
        "Surat keterangan paling rendah dari Ketua RT", "Letter of the head of the neighbourhood"
    ),
    "hajj_schedule": Text("Jadwal keberangkatan haji", "Schedule of departure for hajj"),
    "hajj_payment": Text("Bukti pelunasan biaya haji", "Proof that the hajj is paid"),
    "decree_cpns": Text("SK CPNS", "Decree of appointment as CPNS"),
    "decree_pns": Text("SK PNS", "Decree of appointment as PNS"),
    "decree_rank": Text("SK pangkat terakhir", "Latest decree of rank"),
    "decree_post": Text("SK jabatan terakhir", "Latest decree of post"),
    "spouse_assignment": Text("Surat tugas suami atau istri", "Assignment letter of the spouse"),
    "specialist_letter": Text("Surat keterangan dokter spesialis", "Letter of a specialist doctor"),
    "family_card": Text("Kartu keluarga", "Family card"),
    "marriage_book": Text("Buku nikah", "Marriage book"),
    "remote_statement": Text(
        "Surat pernyataan tempat yang sulit perhubungannya", "Statement that the place is hard to reach"
    ),
}
"""Every document that a request may need, by its code."""

_OF_CASE: Mapping[str, tuple[str, ...]] = {
    "gravely_ill": (INPATIENT,),
    "death": (DEATH,),
    "first_marriage": MARRIAGE,
    "relative_ill": (INPATIENT,),
    "relative_death": (DEATH,),
    "estate": (DEATH,),
    "marriage": MARRIAGE,
    "wife_birth": (INPATIENT,),
    "disaster": ("neighbourhood_letter",),
    "hajj_first": ("hajj_schedule", "hajj_payment"),
    "miscarriage": ("miscarriage_letter",),
    "work_accident": (DOCTOR, "accident_report"),
    "spouse_duty": ("spouse_assignment", *FAMILY),
    "spouse_work": ("spouse_assignment", *FAMILY),
    "child_programme": ("specialist_letter", *FAMILY),
    "special_child": ("specialist_letter", *FAMILY),
    "special_care": (DOCTOR, *FAMILY),
    "aged_parents": (DOCTOR, "family_card"),
}


def evidence(facts: Facts, application: Application, law: LeaveLaw) -> tuple[str, ...]:
    """The codes of the documents that a request needs, the most telling first.

    Source: PP 11/2017 art. 319-321 and 328-334; Peraturan BKN 24/2017 III as changed by 7/2021; Peraturan BKN 7/2022.
    """
    return tuple(_evidence(facts, application, law))


def _evidence(facts: Facts, application: Application, law: LeaveLaw) -> Iterator[str]:
    type, case = application.type, application.case
    if type == ANNUAL:
        yield from _of_annual(facts, application, law)
    elif type == SICK and case in ILLNESS:
        yield from _of_illness(facts, application, law)
    elif type == MATERNITY or application.is_birth:
        yield BIRTH
    else:
        yield from _OF_CASE.get(case, ())
        yield from () if type in (SICK, IMPORTANT) else DECREES


def _of_annual(facts: Facts, application: Application, law: LeaveLaw) -> Iterator[str]:
    early = not facts.applicant.has_served_by(application.span.first, law)
    if early and application.case in EARLY_GROUNDS:
        yield from _OF_CASE[application.case]
    if application.travel_days > 0 and not facts.applicant.remote_workplace:
        yield "remote_statement"


def _of_illness(facts: Facts, application: Application, law: LeaveLaw) -> Iterator[str]:
    whole = illness(facts, application)
    if is_one_day(facts, application):
        yield from ("sick_note", DOCTOR)
    elif facts.applicant.kind != "PPPK" and whole.last > end_of(whole.first, law.sick_months):
        yield HEALTH_TEAM
    else:
        yield GOVERNMENT_DOCTOR if is_long(facts, application, law) else DOCTOR

"""What the personnel record consists of: its histories, and the fields of a row of each.

Source: Keputusan Kepala BKN 87/2021 (the twelve histories of the self-service update, here with the data that an
office keeps beside them). Who decides a change and what proves it is no matter of this list, but of the decision table
in `bpmn/data_update`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.errors import Text

PLAIN, PERSONAL, SENSITIVE = "plain", "personal", "sensitive"
"""How closely a field is kept: known at work; of the person's own life; specific or identifying (UU 27/2022 art. 4)."""

SELF, OFFICER, NOBODY = "self", "officer", "nobody"
"""Who may propose a change: the person or their personnel officer; the officer alone; nobody here (only BKN)."""

Choices = tuple[tuple[str, Text], ...]


@dataclass(frozen=True)
class RecordField:
    """A field of a row.

    ``type``: text, date, choice, digits, number, money (whole rupiah), phone, email or photo (the id of a document).
    ``digits`` are the lengths that a text of digits may have; ``care`` is how closely it is kept; ``proposer`` who may
    propose a change; ``optional``: a row may go without it. ``past``: no day after today; ``month_begin``: the first
    of a month. ``least`` and ``most`` bound a number, both included.
    """

    key: str
    label: Text
    type: str = "text"
    choices: Choices = ()
    digits: tuple[int, ...] = ()
    care: str = PLAIN
    proposer: str = SELF
    optional: bool = False
    hint: Text | None = None
    longest: int = 200
    past: bool = False
    month_begin: bool = False
    least: int = 0
    most: int = 999_999_999_999


@dataclass(frozen=True)
class History:
    """One history: a list of rows, or a ``single`` row that every person has.

    ``name`` is the field by which people know a row, ``since`` the one that says from when it holds (None: from the day
    on which the change was approved). ``national``: it is kept in SIASN too.
    """

    key: str
    title: Text
    fields: tuple[RecordField, ...]
    single: bool = False
    name: str = ""
    since: str | None = None
    national: bool = True

    def field(self, key: str) -> RecordField | None:
        """The field of this key."""
        return next((field for field in self.fields if field.key == key), None)


def _text(key: str, id: str, en: str, **more: object) -> RecordField:
    return RecordField(key, Text(id, en), **more)  # type: ignore[arg-type] # the keywords are those of the class


def _choices(*pairs: tuple[str, str, str]) -> Choices:
    return tuple((key, Text(id, en)) for key, id, en in pairs)


SEXES = _choices(("L", "Laki-laki", "Male"), ("P", "Perempuan", "Female"))
RELIGIONS = _choices(
    ("islam", "Islam", "Islam"),
    ("protestant", "Kristen Protestan", "Protestant"),
    ("catholic", "Katolik", "Catholic"),
    ("hindu", "Hindu", "Hindu"),
    ("buddhist", "Buddha", "Buddhist"),
    ("confucian", "Khonghucu", "Confucian"),
    ("belief", "Kepercayaan terhadap Tuhan YME", "Belief in the One God"),
)
MARITAL = _choices(
    ("single", "Belum kawin", "Single"),
    ("married", "Kawin", "Married"),
    ("divorced", "Cerai hidup", "Divorced"),
    ("widowed", "Cerai mati", "Widowed"),
)
LEVELS = _choices(
    ("sd", "SD", "Primary school"),
    ("smp", "SMP", "Junior secondary"),
    ("sma", "SMA/SMK", "Senior secondary"),
    ("d1", "D-I", "Diploma 1"),
    ("d2", "D-II", "Diploma 2"),
    ("d3", "D-III", "Diploma 3"),
    ("d4", "D-IV", "Diploma 4"),
    ("s1", "S-1", "Bachelor"),
    ("profession", "Profesi", "Professional programme"),
    ("s2", "S-2", "Master"),
    ("s3", "S-3", "Doctor"),
)
GRADES = tuple(
    (grade, Text(grade, grade))
    for grade in [f"{level}/{letter}" for level in ("I", "II", "III") for letter in "abcd"]
    + [f"IV/{letter}" for letter in "abcde"]
)
PREDICATES = _choices(
    ("excellent", "Sangat Baik", "Excellent"),
    ("good", "Baik", "Good"),
    ("improve", "Butuh Perbaikan", "Needs improvement"),
    ("poor", "Kurang", "Poor"),
    ("very_poor", "Sangat Kurang", "Very poor"),
)
UNION = _choices(
    ("active", "Masih kawin", "Still married"), ("divorced", "Cerai", "Divorced"), ("died", "Wafat", "Died")
)
CHILD = _choices(
    ("own", "Anak kandung", "Own child"), ("step", "Anak tiri", "Stepchild"), ("adopted", "Anak angkat", "Adopted")
)
YES_NO = _choices(("yes", "Ya", "Yes"), ("no", "Tidak", "No"))
POSTS = _choices(
    ("structural", "Struktural", "Structural"),
    ("functional", "Fungsional", "Functional"),
    ("executive", "Pelaksana", "Executive"),
)
SEVERITY = _choices(("light", "Ringan", "Light"), ("medium", "Sedang", "Medium"), ("heavy", "Berat", "Heavy"))


def _decree(official: str = SELF) -> tuple[RecordField, ...]:
    return (
        _text("decree", "Nomor SK", "Decree number", proposer=official),
        _text("decree_on", "Tanggal SK", "Date of decree", type="date", past=True, proposer=official),
    )


HISTORIES: Mapping[str, History] = {
    history.key: history
    for history in (
        History(
            "personal",
            Text("Data pribadi", "Personal data"),
            (
                _text("nip", "NIP", "NIP", type="digits", digits=(18,), proposer=NOBODY),
                _text("name", "Nama lengkap", "Full name"),
                _text("title_front", "Gelar depan", "Title before the name", optional=True),
                _text("title_back", "Gelar belakang", "Title after the name", optional=True),
                _text("birth_place", "Tempat lahir", "Place of birth", care=PERSONAL),
                _text("birth_date", "Tanggal lahir", "Date of birth", type="date", past=True, care=PERSONAL),
                _text("sex", "Jenis kelamin", "Sex", type="choice", choices=SEXES, care=PERSONAL),
                _text("religion", "Agama", "Religion", type="choice", choices=RELIGIONS, care=SENSITIVE),
                _text("marital", "Status kawin", "Marital status", type="choice", choices=MARITAL, care=PERSONAL),
            ),
            single=True,
        ),
        History(
            "identity",
            Text("Nomor identitas", "Identity numbers"),
            (
                _text("nik", "NIK", "NIK", type="digits", digits=(16,), care=SENSITIVE),
                _text("family_card", "Nomor KK", "Family card number", type="digits", digits=(16,), care=SENSITIVE),
                _text("npwp", "NPWP", "Tax number (NPWP)", type="digits", digits=(15, 16), care=SENSITIVE),
                _text(
                    "bpjs", "Nomor BPJS Kesehatan", "BPJS health number", type="digits", digits=(13,), care=SENSITIVE
                ),
                _text("karpeg", "Nomor Karpeg", "Staff card (Karpeg)", care=PERSONAL, longest=20),
                _text("taspen", "Nomor Taspen", "Taspen number", care=PERSONAL, longest=30),
                _text("karis", "Nomor Karis/Karsu", "Spouse card (Karis/Karsu)", care=PERSONAL, longest=20),
            ),
            single=True,
        ),
        History(
            "contact",
            Text("Kontak", "Contact"),
            (
                _text("phone", "Nomor HP", "Mobile number", type="phone", care=PERSONAL),
                _text("email", "Email pribadi", "Private mail address", type="email", care=PERSONAL),
                _text("emergency_name", "Nama kontak darurat", "Emergency contact", care=PERSONAL),
                _text("emergency_phone", "Nomor HP kontak darurat", "Their number", type="phone", care=PERSONAL),
            ),
            single=True,
            national=False,
        ),
        History(
            "address",
            Text("Alamat", "Address"),
            (
                _text("home", "Alamat domisili", "Home address", care=PERSONAL, longest=300),
                _text("registered", "Alamat KTP", "Address on the identity card", care=PERSONAL, longest=300),
            ),
            single=True,
        ),
        History(
            "photo",
            Text("Foto", "Photos"),
            (
                _text("profile", "Foto profil", "Profile photo", type="photo", care=PERSONAL),
                _text("official", "Pas foto dinas", "Photo in uniform", type="photo", care=PERSONAL),
            ),
            single=True,
            national=False,
        ),
        History(
            "bank",
            Text("Rekening gaji", "Salary account"),
            (
                _text("bank", "Nama bank", "Bank", care=SENSITIVE, longest=60),
                _text(
                    "account",
                    "Nomor rekening",
                    "Account number",
                    type="digits",
                    digits=tuple(range(8, 21)),
                    care=SENSITIVE,
                ),
                _text("holder", "Nama pemilik rekening", "Name of the account's owner", care=SENSITIVE),
            ),
            single=True,
            national=False,
        ),
        History(
            "spouse",
            Text("Pasangan", "Spouse"),
            (
                _text("name", "Nama", "Name", care=PERSONAL),
                _text("nik", "NIK", "NIK", type="digits", digits=(16,), care=SENSITIVE, optional=True),
                _text("birth_date", "Tanggal lahir", "Date of birth", type="date", past=True, care=PERSONAL),
                _text("married_on", "Tanggal kawin", "Date of marriage", type="date", past=True, care=PERSONAL),
                _text(
                    "certificate", "Nomor buku nikah/akta kawin", "Number of the marriage certificate", care=PERSONAL
                ),
                _text("status", "Status", "Status", type="choice", choices=UNION, care=PERSONAL),
                _text(
                    "staff",
                    "Pasangan seorang ASN",
                    "The spouse is civil service staff",
                    type="choice",
                    choices=YES_NO,
                    care=PERSONAL,
                ),
            ),
            name="name",
            since="married_on",
        ),
        History(
            "child",
            Text("Anak", "Children"),
            (
                _text("name", "Nama", "Name", care=SENSITIVE),
                _text("birth_date", "Tanggal lahir", "Date of birth", type="date", past=True, care=SENSITIVE),
                _text("sex", "Jenis kelamin", "Sex", type="choice", choices=SEXES, care=SENSITIVE),
                _text("relation", "Hubungan", "Relation", type="choice", choices=CHILD, care=SENSITIVE),
                _text("certificate", "Nomor akta lahir", "Number of the birth certificate", care=SENSITIVE),
                _text(
                    "allowance",
                    "Masuk tunjangan",
                    "Counts for the allowance",
                    type="choice",
                    choices=YES_NO,
                    care=SENSITIVE,
                ),
            ),
            name="name",
            since="birth_date",
        ),
        History(
            "education",
            Text("Riwayat pendidikan", "Education"),
            (
                _text("level", "Jenjang", "Level", type="choice", choices=LEVELS),
                _text("school", "Sekolah/perguruan tinggi", "School or university"),
                _text("major", "Jurusan", "Field of study", optional=True),
                _text("certificate", "Nomor ijazah", "Certificate number"),
                _text("graduated_on", "Tanggal lulus", "Date of graduation", type="date", past=True),
            ),
            name="school",
            since="graduated_on",
        ),
        History(
            "training",
            Text("Diklat dan kursus", "Training"),
            (
                _text("name", "Nama diklat", "Training"),
                _text("organiser", "Penyelenggara", "Organiser"),
                _text("hours", "Jumlah jam pelajaran (JP)", "Lesson hours", type="number", least=1, most=5000),
                _text("certificate", "Nomor sertifikat", "Certificate number"),
                _text("first", "Tanggal mulai", "First day", type="date", past=True),
                _text("last", "Tanggal selesai", "Last day", type="date", past=True),
            ),
            name="name",
            since="last",
        ),
        History(
            "rank",
            Text("Riwayat pangkat/golongan", "Ranks"),
            (
                _text("grade", "Golongan ruang", "Grade", type="choice", choices=GRADES),
                *_decree(),
                _text(
                    "since",
                    "TMT",
                    "In effect from",
                    type="date",
                    month_begin=True,
                    hint=Text("Tanggal 1 suatu bulan.", "The first of a month."),
                ),
                _text("opinion", "Nomor pertek BKN", "Number of BKN's technical opinion"),
            ),
            name="grade",
            since="since",
        ),
        History(
            "position",
            Text("Riwayat jabatan", "Posts"),
            (
                _text("title", "Nama jabatan", "Post"),
                _text("kind", "Jenis jabatan", "Kind of post", type="choice", choices=POSTS),
                _text(
                    "unit", "Unit kerja", "Unit", hint=Text("Nama unit seperti pada SK.", "The unit as in the decree.")
                ),
                *_decree(),
                _text("since", "TMT", "In effect from", type="date"),
                _text("duty_letter", "Nomor SPMT", "Number of the letter of duty (SPMT)"),
            ),
            name="title",
            since="since",
        ),
        History(
            "increment",
            Text("Kenaikan gaji berkala (KGB)", "Salary increments (KGB)"),
            (
                _text("letter", "Nomor surat KGB", "Number of the letter"),
                _text("letter_on", "Tanggal surat", "Date of the letter", type="date", past=True),
                _text("since", "TMT", "In effect from", type="date"),
                _text("salary", "Gaji pokok baru", "New basic salary", type="money", least=1, care=PERSONAL),
            ),
            name="letter",
            since="since",
        ),
        History(
            "performance",
            Text("SKP", "Performance (SKP)"),
            (
                _text("year", "Tahun", "Year", type="digits", digits=(4,)),
                _text("predicate", "Predikat", "Rating", type="choice", choices=PREDICATES, care=PERSONAL),
                _text("assessor", "Pejabat penilai", "Assessor"),
            ),
            name="year",
        ),
        History(
            "award",
            Text("Penghargaan", "Awards"),
            (
                _text("name", "Nama penghargaan", "Award"),
                *_decree(),
                _text("given_on", "Tanggal diberikan", "Date given", type="date", past=True),
            ),
            name="name",
            since="given_on",
        ),
        History(
            "discipline",
            Text("Hukuman disiplin", "Disciplinary measures"),
            (
                _text("measure", "Jenis hukuman", "Measure", care=SENSITIVE, proposer=OFFICER),
                _text(
                    "severity", "Tingkat", "Severity", type="choice", choices=SEVERITY, care=SENSITIVE, proposer=OFFICER
                ),
                *(
                    _text("decree", "Nomor SK", "Decree number", care=SENSITIVE, proposer=OFFICER),
                    _text(
                        "decree_on",
                        "Tanggal SK",
                        "Date of decree",
                        type="date",
                        past=True,
                        care=SENSITIVE,
                        proposer=OFFICER,
                    ),
                ),
                _text("since", "Berlaku mulai", "In effect from", type="date", care=SENSITIVE, proposer=OFFICER),
            ),
            name="measure",
            since="since",
        ),
        History(
            "appointment",
            Text("CPNS dan PNS", "Appointment"),
            (
                _text("cpns_decree", "Nomor SK CPNS", "Decree of candidacy", optional=True),
                _text("cpns_since", "TMT CPNS", "Candidate from", type="date", optional=True),
                _text("duty_letter", "Nomor SPMT", "Letter of duty (SPMT)", optional=True),
                _text("pns_decree", "Nomor SK PNS", "Decree of appointment", optional=True),
                _text("pns_since", "TMT PNS", "Appointed from", type="date", optional=True),
            ),
            single=True,
        ),
        History(
            "unpaid_leave",
            Text("Cuti di luar tanggungan negara (CLTN)", "Unpaid leave (CLTN)"),
            (
                *_decree(),
                _text("first", "Mulai", "First day", type="date"),
                _text("last", "Selesai", "Last day", type="date"),
                _text("opinion", "Nomor persetujuan BKN", "Number of BKN's approval"),
            ),
            name="decree",
            since="first",
        ),
        History(
            "service_review",
            Text("Peninjauan masa kerja (PMK)", "Review of service (PMK)"),
            (
                *_decree(),
                _text("years", "Masa kerja: tahun", "Service: years", type="number", most=60),
                _text("months", "Masa kerja: bulan", "Service: months", type="number", most=11),
                _text("since", "TMT", "In effect from", type="date"),
                _text("opinion", "Nomor pertek BKN", "Number of BKN's technical opinion"),
            ),
            name="decree",
            since="since",
        ),
        History(
            "transfer",
            Text("Pindah instansi", "Transfers"),
            (
                _text("origin", "Instansi asal", "From"),
                _text("target", "Instansi tujuan", "To"),
                *_decree(),
                _text("since", "TMT", "In effect from", type="date"),
                _text("opinion", "Nomor pertek BKN", "Number of BKN's technical opinion"),
            ),
            name="target",
            since="since",
        ),
        History(
            "organisation",
            Text("Riwayat organisasi", "Organisations"),
            (
                _text("name", "Nama organisasi", "Organisation", care=PERSONAL),
                _text("role", "Kedudukan", "Role", care=PERSONAL),
                _text("first", "Mulai", "From", type="date", past=True, care=PERSONAL),
                _text("last", "Selesai", "Until", type="date", care=PERSONAL, optional=True),
            ),
            name="name",
            since="first",
        ),
    )
}
"""All histories by key, in the order of the pages."""


def fields(histories: Iterable[History] = HISTORIES.values()) -> Iterable[tuple[History, RecordField]]:
    """Every field of every history."""
    return ((history, field) for history in histories for field in history.fields)

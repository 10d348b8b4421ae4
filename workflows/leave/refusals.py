"""Why a request for leave cannot be made as it is, and what to do instead."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import Text


@dataclass(frozen=True)
class Refusal:
    """A 'no' with its code, the field it concerns (empty: none) and what to do instead."""

    code: str
    field: str
    text: Text


def refusal(code: str, field: str, text: Text, *values: Text) -> Refusal:
    """A refusal with the gaps of its text filled in each language."""
    return Refusal(code, field, filled(text, *values))


def filled(text: Text, *values: Text) -> Text:
    """A text with its gaps filled in each language."""
    return Text(text.id.format(*(v.id for v in values)), text.en.format(*(v.en for v in values)))


def same(value: object) -> Text:
    """A value that reads alike in both languages, such as a number."""
    return Text(*2 * (str(value),))


# Who asks, and for what

NOT_STAFF = Text(
    "Cuti di sini berlaku untuk PNS, CPNS, dan PPPK. Tanyakan kepada BKPSDM.",
    "Leave here is for PNS, CPNS and PPPK staff. Please ask BKPSDM.",
)
NO_SUCH_TYPE = Text("Pilih jenis cuti yang ada pada formulir.", "Choose a type of leave that the form offers.")
NOT_FOR_PPPK = Text(
    "Jenis cuti ini tidak tersedia bagi PPPK. PPPK mempunyai cuti tahunan, cuti sakit, cuti melahirkan, dan cuti "
    "bersama; ajukan cuti tahunan.",
    "PPPK staff do not have this type of leave. They have annual, sick, maternity and joint leave; "
    "ask for annual leave.",
)
NOT_FOR_CPNS = Text(
    "Jenis cuti ini baru tersedia setelah diangkat menjadi PNS. Ajukan cuti tahunan.",
    "This type of leave is available after appointment as PNS. Ask for annual leave.",
)
CASE_WANTED = Text("Pilih alasan cuti yang ada pada formulir.", "Choose a reason for the leave that the form offers.")
HALF_DAY = Text(
    "Cuti paling sedikit satu hari kerja. Untuk setengah hari atau beberapa jam, gunakan izin.",
    "Leave is at least one working day. For half a day or a few hours, ask for a permission (izin) instead.",
)
CONTRACT_ENDS = Text(
    "Perjanjian kerja berakhir pada {0}. Pilih tanggal selesai paling lambat {0}.",
    "The contract ends on {0}. Choose a last day on or before {0}.",
)

# The dates

PAST = Text(
    "Tanggal mulai sudah lewat. Pilih {0} atau sesudahnya.",
    "The first day has passed. Choose {0} or later.",
)
FILED_AHEAD = Text(
    "Tanggal permohonan belum tiba. Isi tanggal pada surat permohonan, paling lambat {0}.",
    "The day of filing has not come yet. Enter the date on the paper request, {0} or earlier.",
)
FILED_TOO_LATE = Text(
    "Cuti ini diajukan paling lambat {0} hari setelah hari pertama, yaitu {1}. Jika sudah pernah diajukan di kertas, "
    "minta petugas kepegawaian memasukkannya dengan tanggal surat itu.",
    "This leave is filed within {0} days of its first day, that is by {1}. Was it asked for on paper in time? "
    "Then have the personnel officer enter it with the date of the paper.",
)
TOO_SOON = Text(
    "Cuti ini diajukan paling lambat {0} hari sebelumnya. Pilih tanggal mulai {1} atau sesudahnya.",
    "This leave is filed {0} days ahead. Choose a first day on or after {1}.",
)
TOO_FAR = Text(
    "Cuti dapat diajukan sampai akhir tahun {0}. Pilih tanggal yang lebih dekat.",
    "Leave can be requested until the end of {0}. Choose an earlier date.",
)
LAST_TOO_FAR = Text("Tanggal selesai terlalu jauh. Periksa tahunnya.", "The last day is too far away. Check its year.")
NO_CALENDAR = Text(
    "Hari libur tahun {0} belum dimasukkan. Minta BKPSDM melengkapi kalender, lalu ajukan kembali.",
    "The holidays of {0} have not been entered. Ask BKPSDM to complete the calendar, then try again.",
)
OVERLAP = Text(
    "Sudah ada cuti {0} sampai {1}. Pilih tanggal lain.",
    "There is already leave from {0} to {1}. Choose other dates.",
)
OVERLAP_UNPLANNED = Text(
    "Sudah ada cuti {0} sampai {1}. Buka cuti itu dan akhiri lebih awal, lalu ajukan kembali; "
    "atau pilih tanggal sesudahnya.",
    "There is already leave from {0} to {1}. Open it and end it earlier, then ask again; or choose later dates.",
)
OVERLAP_WAITING = Text(
    "Permohonan cuti {0} sampai {1} masih menunggu keputusan. Tarik permohonan itu, atau pilih tanggal lain.",
    "A request for leave from {0} to {1} is still waiting. Withdraw it, or choose other dates.",
)
INTERRUPTS = Text(
    "Sudah ada cuti {0} sampai {1}. Buka cuti itu dan pilih Sakit atau melahirkan selama cuti; "
    "hari yang belum dijalani dikembalikan.",
    "There is already leave from {0} to {1}. Open it and choose Ill or birth during leave; "
    "the days not taken come back.",
)
TOO_LONG = Text(
    "Cuti ini paling lama {0}. Pilih tanggal selesai paling lambat {1}.",
    "This leave lasts {0} at most. Choose a last day on or before {1}.",
)
WAITING_YEARS = Text(
    "Cuti ini dapat diambil setelah {0} tahun bekerja terus-menerus. Pilih tanggal mulai {1} atau sesudahnya, "
    "atau ajukan cuti tahunan.",
    "This leave can be taken after {0} years of continuous service. Choose a first day on or after {1}, "
    "or ask for annual leave.",
)

# Annual leave

WAITING = Text(
    "Cuti tahunan dapat diambil setelah satu tahun bekerja. Pilih tanggal mulai {0} atau sesudahnya.",
    "Annual leave can be taken after one year of service. Choose a first day on or after {0}.",
)
EARLY_GROUND = Text(
    "Masa kerja belum satu tahun. Pilih tanggal mulai {0} atau sesudahnya. "
    "Ada keluarga sakit keras, kematian, atau pernikahan pertama? Pilih alasan khusus.",
    "You have served less than one year. Choose a first day on or after {0}. "
    "Is a relative gravely ill, has one died, or is it your first marriage? Choose a special reason.",
)
EARLY_RELATION = Text(
    "Sebelum satu tahun bekerja, alasan ini berlaku untuk orang tua, suami atau istri, anak, saudara kandung, dan "
    "mertua. Pilih tanggal mulai {0} atau sesudahnya.",
    "In the first year of service this reason is for parents, husband or wife, children, brothers and sisters, and "
    "parents-in-law. Choose a first day on or after {0}.",
)
NO_WORKING_DAY = Text(
    "Pilih paling sedikit satu hari kerja; hari-hari ini semuanya libur. Untuk beberapa jam, gunakan izin.",
    "Choose at least one working day; all these days are off. For a few hours, ask for a permission instead.",
)
TOO_MANY = Text(
    "Permohonan ini {0}, yang tersedia {1}. Cuti dapat diambil sampai {2}.",
    "This request takes {0}, and {1} can be taken. The leave can last until {2}.",
)
TOO_MANY_IN_YEAR = Text(
    "Permohonan ini {0} pada tahun {3}, yang tersedia {1}. Cuti dapat diambil sampai {2}.",
    "This request takes {0} in {3}, and {1} can be taken. The leave can last until {2}.",
)
NOTHING_LEFT = Text(
    "Sisa cuti sudah habis. Tanyakan catatan cuti Anda kepada petugas kepegawaian.",
    "There is no leave left. Ask your personnel officer about your leave record.",
)
LONG_LEAVE_YEAR = Text(
    "Tahun {0} ada cuti besar. Cuti tahunan tahun itu tidak ada, dan sisa tahun sebelumnya sudah habis. "
    "Pilih tanggal mulai {1} atau sesudahnya.",
    "There is long leave in {0}. That year has no annual leave, and nothing is left of the year before. "
    "Choose a first day on or after {1}.",
)
TRAVEL = Text(
    "Tambahan hari perjalanan paling banyak {0} hari kalender. Isi {0} atau kurang.",
    "Days of travel are {0} calendar days at most. Enter {0} or less.",
)
TRAVEL_ANNUAL_ONLY = Text(
    "Tambahan hari perjalanan hanya untuk cuti tahunan. Isi 0.",
    "Days of travel are for annual leave only. Enter 0.",
)

# Long leave

LONG_AGAIN = Text(
    "Cuti besar terakhir berakhir pada {0}. Cuti besar berikutnya dapat dimulai pada {1}; "
    "pilih tanggal itu atau sesudahnya, atau ajukan cuti tahunan.",
    "The last long leave ended on {0}. The next can begin on {1}; choose that day or later, or ask for annual leave.",
)
LONG_DEFERRED = Text(
    "Cuti besar ditangguhkan sampai {0}. Pilih tanggal mulai {0} atau sesudahnya.",
    "Long leave was deferred until {0}. Choose a first day on or after {0}.",
)
HAJJ_AGAIN = Text(
    "Cuti besar untuk ibadah haji pertama sudah pernah diambil. Pilih alasan keperluan agama lainnya.",
    "Long leave for the first hajj was taken before. Choose other religious purposes as the reason.",
)
USE_MATERNITY = Text(
    "Untuk kelahiran ke-{0} sejak menjadi PNS, ajukan cuti melahirkan.",
    "For birth number {0} since becoming PNS, ask for maternity leave.",
)

# Sick leave

LETTER_WANTED = Text(
    "Perlu surat keterangan dokter. Pilih pemberi suratnya; berkasnya boleh menyusul.",
    "A doctor's letter is needed. Choose who gave it; its file may follow.",
)
MIDWIFE_WANTED = Text(
    "Perlu surat keterangan dokter atau bidan. Pilih pemberi suratnya; berkasnya boleh menyusul.",
    "The letter of a doctor or midwife is needed. Choose who gave it; its file may follow.",
)
GOVERNMENT_DOCTOR = Text(
    "Sakit lebih dari {0} hari memerlukan surat dokter pemerintah. Lampirkan surat itu, "
    "atau pilih tanggal selesai paling lambat {1}.",
    "Illness of more than {0} days needs the letter of a government doctor. Attach it, "
    "or choose a last day on or before {1}.",
)
GOVERNMENT_DOCTOR_NOW = Text(
    "Bersama cuti sakit sejak {1}, lamanya lebih dari {0} hari. Lampirkan surat dokter pemerintah.",
    "With the sick leave since {1} it is more than {0} days. Attach the letter of a government doctor.",
)
HEALTH_TEAM = Text(
    "Sakit lebih dari {0} bulan memerlukan surat Tim Penguji Kesehatan. Lampirkan surat itu, "
    "atau pilih tanggal selesai paling lambat {1}.",
    "Illness of more than {0} months needs the letter of the health team. Attach it, "
    "or choose a last day on or before {1}.",
)
HEALTH_TEAM_NOW = Text(
    "Sakit sudah lebih dari {0} bulan pada {1}. Lampirkan surat Tim Penguji Kesehatan.",
    "The illness went beyond {0} months on {1}. Attach the letter of the health team.",
)
SICK_TOO_LONG = Text(
    "Cuti sakit paling lama {0} bulan, sampai {1}. Sesudah itu minta BKPSDM menguji kesehatan kembali.",
    "Sick leave lasts {0} months at most, until {1}. After that, ask BKPSDM for another health test.",
)
PPPK_SICK_TOO_LONG = Text(
    "Cuti sakit PPPK paling lama {0} bulan, sampai {1}. Untuk waktu sesudahnya, "
    "tanyakan ketentuan perjanjian kerja kepada BKPSDM.",
    "Sick leave of PPPK staff lasts {0} month at most, until {1}. For the time after, "
    "ask BKPSDM about the rules of the contract.",
)
WOMEN_ONLY = Text(
    "Alasan ini untuk pegawai perempuan. Pilih jenis cuti atau alasan lain.",
    "This reason is for women. Choose another type of leave or reason.",
)

# Maternity leave

WIFE_GIVES_BIRTH = Text(
    "Cuti melahirkan untuk pegawai perempuan. Jika istri melahirkan, ajukan cuti karena alasan penting.",
    "Maternity leave is for women. If your wife gives birth, ask for leave for important reasons.",
)
WIFE_OF_PPPK = Text(
    "Cuti melahirkan untuk pegawai perempuan. Jika istri melahirkan, ajukan cuti tahunan.",
    "Maternity leave is for women. If your wife gives birth, ask for annual leave.",
)
BIRTH_ORDER = Text(
    "Menurut catatan, ini kelahiran ke-{0} sejak menjadi pegawai. Isi {0}; "
    "jika catatan keliru, hubungi petugas kepegawaian.",
    "By the record this is birth number {0} since you joined. Enter {0}; "
    "if the record is wrong, tell your personnel officer.",
)
BIRTH_LEAVE_TAKEN = Text(
    "Cuti untuk satu kelahiran paling lama {0}, dan untuk kelahiran ini berakhir pada {1}. "
    "Untuk hari sesudahnya, ajukan cuti tahunan, atau cuti sakit dengan surat dokter.",
    "Leave for one birth lasts {0} at most, and for this birth it ends on {1}. "
    "For the days after, ask for annual leave, or for sick leave with a doctor's letter.",
)
USE_LONG_LEAVE = Text(
    "Cuti melahirkan berlaku sampai kelahiran ke-{0}. Untuk kelahiran ke-{1}, ajukan cuti besar dengan alasan "
    "melahirkan; masa kerja lima tahun tidak disyaratkan.",
    "Maternity leave is for births up to number {0}. For birth number {1}, ask for long leave with birth as the "
    "reason; five years of service are not needed.",
)
NO_FURTHER_BIRTH = Text(
    "Cuti melahirkan berlaku sampai kelahiran ke-{0}. Untuk kelahiran ke-{1}, ajukan cuti tahunan atau tanyakan "
    "kepada BKPSDM.",
    "Maternity leave is for births up to number {0}. For birth number {1}, ask for annual leave, or ask BKPSDM.",
)

# Leave for important reasons

RELATION_WANTED = Text("Pilih hubungan keluarga.", "Choose how the person is related to you.")
OTHER_RELATION = Text(
    "Cuti ini untuk ibu, bapak, istri atau suami, anak, adik, kakak, mertua, dan menantu. "
    "Untuk keluarga lain, ajukan cuti tahunan.",
    "This leave is for mother, father, wife or husband, children, brothers and sisters, parents-in-law and "
    "children-in-law. For other relatives, ask for annual leave.",
)
MEN_ONLY = Text(
    "Alasan ini untuk suami yang istrinya melahirkan. Jika Anda melahirkan, ajukan cuti melahirkan.",
    "This reason is for men whose wife gives birth. If you give birth, ask for maternity leave.",
)
INPATIENT_WANTED = Text(
    "Isi lamanya rawat inap istri menurut surat rawat inap.",
    "Enter how many days the hospital letter says your wife stays there.",
)
INPATIENT_ONLY = Text(
    "Lamanya cuti mengikuti rawat inap, yaitu {0}. Pilih tanggal selesai paling lambat {1}, "
    "lalu ajukan cuti tahunan untuk selebihnya.",
    "The leave is as long as the stay in hospital, {0}. Choose a last day on or before {1}, "
    "and ask for annual leave for more.",
)

# Unpaid leave

UNPAID_EXTENDED = Text(
    "Cuti di luar tanggungan negara hanya dapat diperpanjang satu kali. Lapor kembali paling lambat {0}.",
    "Unpaid leave can be extended only once. Report back by {0}.",
)

# Deferral and recall

NOT_DEFERRABLE = Text(
    "Cuti ini tidak dapat ditangguhkan. Setujui, setujui dengan perubahan, atau tidak setujui.",
    "This leave cannot be deferred. Approve it, approve it with changes, or do not approve it.",
)
HAJJ_NOT_DEFERRABLE = Text(
    "Cuti besar untuk keperluan agama tidak dapat ditangguhkan. Setujui, setujui dengan perubahan, atau tidak setujui.",
    "Long leave for religious purposes cannot be deferred. Approve it, approve it with changes, or do not approve it.",
)
BIRTH_NOT_DEFERRABLE = Text(
    "Cuti karena melahirkan tidak dapat ditangguhkan. Setujui cuti ini.",
    "Leave for a birth cannot be deferred. Approve this leave.",
)
DEFERRED_TOO_FAR = Text(
    "Cuti dapat ditangguhkan paling lama satu tahun. Pilih tanggal antara {0} dan {1}.",
    "Leave can be deferred for one year at most. Choose a day between {0} and {1}.",
)
DEFERRED_LOST = Text(
    "Menurut lamanya perjanjian kerja, paling banyak {0} dapat dipakai tahun berikutnya. "
    "Setujui cuti ini atau setujui dengan perubahan.",
    "By the length of the contract, {0} at most can be used next year. Approve this leave, with changes if need be.",
)
NOT_RECALLABLE = Text(
    "Pegawai tidak dapat dipanggil kembali dari cuti ini. Tunjuk pelaksana harian sampai cuti berakhir.",
    "Nobody can be called back from this leave. Appoint an acting officer until it ends.",
)

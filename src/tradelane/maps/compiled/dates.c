/* Days, times of day and both together: what maps/forms.py and maps/edifact_forms.py read, as JSON. */
#include "lift.h"

static int two(const char *digits) { return (digits[0] - '0') * 10 + digits[1] - '0'; }

static int days_in(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

int write_day(Lifting *lifting, Text said) {
    if (said.length != 8 || !is_digits(said)) {
        return 0;
    }
    int century = two(said.at), year = century * 100 + two(said.at + 2), month = two(said.at + 4), day = two(said.at + 6);
    if (century < 19 || century > 21 || month < 1 || month > 12 || day < 1 || day > days_in(year, month)) {
        return 0;
    }
    char written[] = "\"....-..-..\"";
    memcpy(written + 1, said.at, 4);
    memcpy(written + 6, said.at + 4, 2);
    memcpy(written + 9, said.at + 6, 2);
    return put(&lifting->out, written, sizeof written - 1);
}

int write_clock(Lifting *lifting, Text said) {
    if ((said.length != 4 && said.length != 6 && said.length != 8) || !is_digits(said)) {
        return 0;
    }
    if (two(said.at) > 23 || two(said.at + 2) > 59 || (said.length > 4 && two(said.at + 4) > 59)) {
        return 0;
    }
    char written[] = "\"..:..:00.000000";
    memcpy(written + 1, said.at, 2);
    memcpy(written + 4, said.at + 2, 2);
    memcpy(written + 7, said.length > 4 ? said.at + 4 : "00", 2);
    memcpy(written + 10, said.length > 6 ? said.at + 6 : "00", 2);
    size_t length = said.length > 6 && two(said.at + 6) != 0 ? 16 : 9;
    return put(&lifting->out, written, length) && put(&lifting->out, "\"", 1);
}

/* Minutes from UTC by the zone codes of maps/forms.py, as JSON; NULL for a code that names no offset. */
static const char *offset_of(Text zone) {
    static const char zones[][8] = {"UT0",    "GM0",    "ES-300", "CD-300", "ED-240", "CS-360", "MD-360",
                                    "MS-420", "PD-420", "PS-480", "AS-240", "AD-180", "HS-600", "NS-210"};
    for (size_t n = 0; zone.length == 2 && n < sizeof zones / sizeof *zones; n++) {
        if (memcmp(zones[n], zone.at, 2) == 0) {
            return zones[n] + 2;
        }
    }
    return NULL;
}

static int put_plain(Lifting *lifting, const char *text) { return put(&lifting->out, text, strlen(text)); }

/* Write a moment; *offset* is in minutes from UTC, as JSON, or NULL where none is said. */
static int write_whole_moment(Lifting *lifting, Text on, Text at, const char *offset) {
    if (!put_plain(lifting, "{\"on\":") || !write_day(lifting, on)) {
        return 0;
    }
    if (at.length == 0) {
        return put_plain(lifting, "}");
    }
    if (!put_plain(lifting, ",\"at\":") || !write_clock(lifting, at)) {
        return 0;
    }
    if (offset != NULL && !(put_plain(lifting, ",\"offset\":") && put_plain(lifting, offset))) {
        return 0;
    }
    const char *precision = at.length == 4 ? ",\"precision\":\"minute\"" : ",\"precision\":\"second\"";
    return put_plain(lifting, precision) && put_plain(lifting, offset == NULL ? "}" : ",\"zone_source\":\"explicit\"}");
}

int write_moment(Lifting *lifting, Text on, Text at, Text zone) {
    return write_whole_moment(lifting, on, at, offset_of(zone));
}

/* A date as one text says it with the code of its format (2379): a day, perhaps a time of day and an offset. */
typedef struct {
    char day[8];
    Text at, zone;
} Dated;

enum { OFFSET_MAX = 14 * 60, OFFSET_ROOM = 8, PIVOT = 70 };

static int is_plain(int form) { return form == 102 || form == 203 || form == 204; }

/* Which format is meant: of a day or a moment without zone the length tells, whatever is named or if nothing is. */
static int form_of(Text said, Text format) {
    int named = format.length == 3 && is_digits(format) ? two(format.at) * 10 + format.at[2] - '0' : 0;
    if (format.length != 0 && !is_plain(named)) {
        return named;
    }
    switch (said.length) {
    case 8:
        return 102;
    case 12:
        return 203;
    case 14:
        return 204;
    default:
        return named;
    }
}

/* Take the day off the beginning: of eight digits, or of six, which say no century. */
static int take_day(Text *said, int digits, Dated *dated) {
    if (said->length < digits || !is_digits((Text){said->at, digits})) {
        return 0;
    }
    if (digits == 6) {
        memcpy(dated->day, two(said->at) >= PIVOT ? "19" : "20", 2);
    }
    memcpy(dated->day + 8 - digits, said->at, (size_t)digits);
    *said = (Text){said->at + digits, said->length - digits};
    return 1;
}

/* Take a time of day off what is left: of six digits, or of four; a day may stand alone. */
static int take_clock(Text *said, Dated *dated) {
    int32_t digits = 0;
    while (digits < said->length && digits < 6 && is_digits((Text){said->at + digits, 1})) {
        digits++;
    }
    int32_t length = digits == 6 ? 6 : digits >= 4 ? 4 : 0;
    if (digits == 2 || digits == 3) {
        return 0;
    }
    dated->at = (Text){said->at, length};
    *said = (Text){said->at + length, said->length - length};
    return 1;
}

/* Formats that are rare are left to the explaining path, as is what is not as its format says. */
static int read_dated(Text said, Text format, Dated *dated) {
    int form = form_of(said, format);
    *dated = (Dated){"", {"", 0}, {"", 0}};
    switch (form) {
    case 101:
        return take_day(&said, 6, dated) && said.length == 0;
    case 102:
        return take_day(&said, 8, dated) && said.length == 0;
    case 201:
    case 203:
    case 204:
        if (!take_day(&said, form == 201 ? 6 : 8, dated) || said.length == 0) {
            return 0;
        }
        dated->at = said;
        return 1;
    case 303:
    case 304:
        if (!take_day(&said, 8, dated) || !take_clock(&said, dated)) {
            return 0;
        }
        dated->zone = said;
        return 1;
    case 718:
        /* A period is read by its beginning; its two days stand side by side, perhaps with a dash between. */
        return (said.length == 16 || (said.length == 17 && said.at[8] == '-')) && take_day(&said, 8, dated) &&
               is_digits((Text){said.at + said.length - 8, 8});
    default:
        return 0;
    }
}

/* Read an offset from UTC such as +01:00, -0530, P01 or M01; NULL for anything else. */
static const char *written_offset(Text zone, char *room) {
    int colon = zone.length == 6 && zone.at[3] == ':', minus = zone.at[0] == '-' || zone.at[0] == 'M';
    int is_short = zone.length == 3;
    if (strchr("+-PM", zone.at[0]) == NULL || (!is_short && zone.length != 5 + colon) ||
        !is_digits((Text){zone.at + 1, 2}) || (!is_short && !is_digits((Text){zone.at + 3 + colon, 2}))) {
        return NULL;
    }
    int minutes = two(zone.at + 1) * 60 + (is_short ? 0 : two(zone.at + 3 + colon));
    if (minutes > OFFSET_MAX) {
        return NULL;
    }
    char *at = room + OFFSET_ROOM;
    *--at = '\0';
    int rest = minutes;
    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (minus && minutes != 0) {
        *--at = '-';
    }
    return at;
}

int write_dated(Lifting *lifting, int form, Text said, Text format) {
    Dated dated;
    if (!read_dated(said, format, &dated)) {
        return 0;
    }
    char room[OFFSET_ROOM];
    const char *offset = dated.zone.length == 0 ? NULL : written_offset(dated.zone, room);
    if (dated.zone.length != 0 && offset == NULL) {
        return 0;
    }
    Text on = {dated.day, sizeof dated.day};
    if (form == DATED_MOMENT) {
        return write_whole_moment(lifting, on, dated.at, offset);
    }
    /* The day alone is asked for; but a time that is none is wrong all the same. */
    size_t before = lifting->out.used;
    if (dated.at.length != 0 && !write_clock(lifting, dated.at)) {
        return 0;
    }
    lifting->out.used = before;
    return write_day(lifting, on);
}

/* Take the dashes out of CCYY-MM-DD. */
static int without_dashes(Text said, char *day) {
    if (said.length != 10 || said.at[4] != '-' || said.at[7] != '-') {
        return 0;
    }
    memcpy(day, said.at, 4);
    memcpy(day + 4, said.at + 5, 2);
    memcpy(day + 6, said.at + 8, 2);
    return 1;
}

static int is_zone(Text said) {
    int colon = said.length == 6 && said.at[3] == ':';
    return (said.length == 1 && said.at[0] == 'Z') ||
           (said.length == 5 + colon && (said.at[0] == '+' || said.at[0] == '-') &&
            is_digits((Text){said.at + 1, 2}) && is_digits((Text){said.at + 3 + colon, 2}));
}

/* A zone behind a day does not make it another. */
int write_iso_day(Lifting *lifting, Text said) {
    char day[8];
    if (said.length > 10 && !is_zone((Text){said.at + 10, said.length - 10})) {
        return 0;
    }
    said.length = said.length > 10 ? 10 : said.length;
    return without_dashes(said, day) && write_day(lifting, (Text){day, sizeof day});
}

/* A time is HH:MM or HH:MM:SS, perhaps with Z or an offset behind it; fractions are left to the explaining path. */
int write_iso_day_clock(Lifting *lifting, Text on, Text at) {
    char day[8], clock[6], room[OFFSET_ROOM];
    int32_t length = at.length >= 8 && at.at[5] == ':' ? 8 : 5;
    if (!without_dashes(on, day)) {
        return 0;
    }
    if (at.length == 0) {
        return write_whole_moment(lifting, (Text){day, sizeof day}, at, NULL);
    }
    if (at.length < length || at.at[2] != ':') {
        return 0;
    }
    memcpy(clock, at.at, 2);
    memcpy(clock + 2, at.at + 3, 2);
    if (length == 8) {
        memcpy(clock + 4, at.at + 6, 2);
    }
    Text zone = {at.at + length, at.length - length};
    const char *offset = zone.length == 1 && zone.at[0] == 'Z' ? "0" : NULL;
    if (zone.length >= 5 && (zone.at[0] == '+' || zone.at[0] == '-')) {
        offset = written_offset(zone, room);
    }
    if (zone.length != 0 && offset == NULL) {
        return 0;
    }
    return write_whole_moment(lifting, (Text){day, sizeof day}, (Text){clock, length == 8 ? 6 : 4}, offset);
}

int write_iso_moment(Lifting *lifting, Text said) {
    if (said.length <= 10) {
        return write_iso_day_clock(lifting, said, (Text){"", 0});
    }
    return said.at[10] == 'T' && said.length > 11 &&
           write_iso_day_clock(lifting, (Text){said.at, 10}, (Text){said.at + 11, said.length - 11});
}

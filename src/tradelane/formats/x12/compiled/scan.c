/* Looking quickly at the segments of a transaction set: passing over them from one envelope segment to the next, as
 * tidy.py asks, and seeing whether those to be sent need cleaning, as encode.py asks.
 *
 * Bytes and numbers in, numbers out; whatever is not as it should be is left to Python, which says what it is.
 */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <stdint.h>
#include <string.h>

enum { FORMAT = 2 };
enum { TAG_MAX = 3 };

/* What a byte is within a segment. An I may begin a header that nobody expects here. */
enum { PLAIN, STOP, UNTIDY, LETTER_I, SEPARATES };

typedef struct {
    const unsigned char *body;
    Py_ssize_t length, most;
    unsigned char terminator, separator;
    unsigned char kinds[256];
} Scan;

static void sort_bytes(Scan *scan) {
    memset(scan->kinds, PLAIN, sizeof scan->kinds);
    memset(scan->kinds, UNTIDY, ' ');
    scan->kinds[0x7f] = UNTIDY;
    scan->kinds['I'] = LETTER_I;
    scan->kinds[scan->separator] = PLAIN;
    scan->kinds[scan->terminator] = STOP;
}

static int is_capital(unsigned char c) { return c >= 'A' && c <= 'Z'; }

static int is_tag_sign(unsigned char c) { return is_capital(c) || (c >= '0' && c <= '9'); }

/* After a terminator a line break may stand, and then blanks, all for the eyes. */
static Py_ssize_t after_layout(const Scan *scan, Py_ssize_t at) {
    const unsigned char *body = scan->body;
    if (scan->terminator != '\n' && scan->terminator != '\r' && at < scan->length && body[at] == '\r') {
        at += at + 1 < scan->length && body[at + 1] == '\n';
    }
    if (scan->terminator != '\n' && at < scan->length && body[at] == '\n') {
        at++;
    }
    while (at < scan->length && (body[at] == ' ' || body[at] == '\t')) {
        at++;
    }
    return at;
}

/* Return where the tag at a place ends; -1 when there is none. */
static Py_ssize_t tag_end(const Scan *scan, Py_ssize_t at) {
    Py_ssize_t end = at;
    while (end < scan->length && end - at <= TAG_MAX && is_tag_sign(scan->body[end])) {
        end++;
    }
    if (end - at < 2 || end - at > TAG_MAX || end == scan->length || !is_capital(scan->body[at])) {
        return -1;
    }
    return scan->body[end] == scan->terminator || scan->body[end] == scan->separator ? end : -1;
}

static int is_envelope(const unsigned char *tag, Py_ssize_t length) {
    static const char names[][4] = {"ISA", "GS", "ST", "SE", "GE", "IEA", "TA1", "BIN", "BDS"};
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        if ((size_t)length == strlen(names[n]) && memcmp(tag, names[n], (size_t)length) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Whether the text at a place looks like the start of another interchange: ISA, then what may separate. */
static int is_header(const Scan *scan, Py_ssize_t at) {
    const unsigned char *from = scan->body + at;
    if (scan->length - at < 4 || memcmp(from, "ISA", 3) != 0) {
        return 0;
    }
    return !is_tag_sign(from[3]) && from[3] != ' ' && !(from[3] >= 'a' && from[3] <= 'z');
}

/* Return the terminator that ends the segment at a place; -1 for a byte that has no business there, or no end. */
static Py_ssize_t segment_end(const Scan *scan, Py_ssize_t at) {
    for (; at < scan->length; at++) {
        unsigned char kind = scan->kinds[scan->body[at]];
        if (kind == PLAIN) {
            continue;
        }
        if (kind == STOP) {
            return at;
        }
        int ends_line = scan->body[at] == '\r' && at + 1 < scan->length && scan->body[at + 1] == '\n';
        if (kind == UNTIDY ? !(ends_line && scan->terminator == '\n') : is_header(scan, at)) {
            return -1;
        }
    }
    return -1;
}

/* Return the terminator after the last plain segment in a row; -1 where anything is untidy. */
static Py_ssize_t pass(const Scan *scan, Py_ssize_t place, Py_ssize_t *count) {
    for (*count = 0;; ++*count) {
        Py_ssize_t begin = after_layout(scan, place + 1), end = tag_end(scan, begin);
        if (end < 0 || (is_envelope(scan->body + begin, end - begin) && scan->body[end] == scan->separator)) {
            return end < 0 ? -1 : place;
        }
        end = segment_end(scan, begin);
        if (end < 0 || end - place - 1 > scan->most) {
            return -1;
        }
        place = end;
    }
}

/* Return the terminator that ends the segment to be sent at a place, and count its pieces; -1 if it needs cleaning. */
static Py_ssize_t clean_end(const Scan *scan, Py_ssize_t at, Py_ssize_t *pieces) {
    Py_ssize_t end = tag_end(scan, at);
    if (end < 0 || is_envelope(scan->body + at, end - at)) {
        return -1;
    }
    for (at = end; at < scan->length; at++) {
        unsigned char kind = scan->kinds[scan->body[at]], before = scan->body[at - 1];
        if (kind == PLAIN) {
            continue;
        }
        ++*pieces;
        if (kind == UNTIDY || before == ' ' || (kind == STOP && before == scan->separator)) {
            return -1;
        }
        if (kind == STOP) {
            return at;
        }
    }
    return -1;
}

/* Blanks that end a value, empty values that end a segment, and signs that would be read as something else. */
static PyObject *clean_pieces(PyObject *module, PyObject *const *arguments, Py_ssize_t given) {
    (void)module;
    char *body, *awkward;
    Scan scan;
    Py_ssize_t count, pieces = 0, at = 0;
    if (given != 4 || PyBytes_AsStringAndSize(arguments[0], &body, &scan.length) < 0 ||
        PyBytes_AsStringAndSize(arguments[3], &awkward, &count) < 0) {
        return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_TypeError, "clean_pieces takes four arguments");
    }
    scan.body = (const unsigned char *)body;
    scan.terminator = (unsigned char)PyLong_AsLong(arguments[1]);
    scan.separator = (unsigned char)PyLong_AsLong(arguments[2]);
    if (PyErr_Occurred()) {
        return NULL;
    }
    memset(scan.kinds, PLAIN, sizeof scan.kinds);
    while (count > 0) {
        scan.kinds[(unsigned char)awkward[--count]] = UNTIDY;
    }
    scan.kinds[scan.separator] = SEPARATES;
    scan.kinds[scan.terminator] = STOP;
    while (at >= 0 && at < scan.length) {
        at = clean_end(&scan, at, &pieces);
        at += at >= 0;
    }
    return PyLong_FromSsize_t(at < 0 ? -1 : pieces);
}

static PyObject *pass_over(PyObject *module, PyObject *const *arguments, Py_ssize_t given) {
    (void)module;
    char *body;
    Scan scan;
    if (given != 5 || PyBytes_AsStringAndSize(arguments[0], &body, &scan.length) < 0) {
        return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_TypeError, "pass_over takes five arguments");
    }
    Py_ssize_t place = PyLong_AsSsize_t(arguments[1]), count;
    scan.body = (const unsigned char *)body;
    scan.terminator = (unsigned char)PyLong_AsLong(arguments[2]);
    scan.separator = (unsigned char)PyLong_AsLong(arguments[3]);
    scan.most = PyLong_AsSsize_t(arguments[4]);
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (place < 0 || place >= scan.length) {
        return Py_BuildValue("nn", (Py_ssize_t)-1, (Py_ssize_t)0);
    }
    sort_bytes(&scan);
    place = pass(&scan, place, &count);
    return Py_BuildValue("nn", place, count);
}

static PyMethodDef functions[] = {
    {"pass_over", (PyCFunction)(void (*)(void))pass_over, METH_FASTCALL,
     "Return the terminator after the plain segments behind a terminator, and their number; -1 if one is untidy."},
    {"clean_pieces", (PyCFunction)(void (*)(void))clean_pieces, METH_FASTCALL,
     "Return how many tags and elements segments to be sent have; -1 if any needs cleaning."},
    {NULL, NULL, 0, NULL},
};

static int say_format(PyObject *module) { return PyModule_AddIntConstant(module, "FORMAT", FORMAT); }

static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)say_format}, {0, NULL}};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_scan", "The compiled scanner of X12 sets.", 0, functions, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__scan(void);
PyMODINIT_FUNC PyInit__scan(void) { return PyModuleDef_Init(&definition); }

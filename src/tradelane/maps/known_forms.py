"""Every form that a map may name, whatever kind of syntax it belongs to."""

from tradelane.maps import forms
from tradelane.maps.edifact_forms import EDIFACT_FORMS
from tradelane.maps.forms import Form
from tradelane.maps.iso_forms import ISO_FORMS
from tradelane.maps.table_forms import TABLE_FORMS

FORMS: dict[str, Form] = {
    **forms.FORMS,
    **{form.name: form for form in (*ISO_FORMS, *TABLE_FORMS, *EDIFACT_FORMS)},
}

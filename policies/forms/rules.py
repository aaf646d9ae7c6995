"""One form for each table of rules: its words, its columns, its fields. The views treat them all alike."""

from policies.forms.authority import AuthorityLimitForm, BaseRateForm, RedressRangeForm, SignOffRuleForm
from policies.forms.catalogue import (
    CategoryForm,
    JourneyStageForm,
    ProductForm,
    RootCauseForm,
    SupportNeedForm,
    TriggerForm,
)
from policies.forms.handling import ChecklistForm, PriorityRuleForm
from policies.forms.letters import LetterElementForm, LetterTemplateForm
from policies.forms.rows import RuleForm

FORMS: dict[str, type[RuleForm]] = {
    form.slug: form
    for form in (
        CategoryForm,
        ProductForm,
        JourneyStageForm,
        TriggerForm,
        SupportNeedForm,
        PriorityRuleForm,
        ChecklistForm,
        AuthorityLimitForm,
        SignOffRuleForm,
        RedressRangeForm,
        BaseRateForm,
        LetterTemplateForm,
        LetterElementForm,
        RootCauseForm,
    )
}

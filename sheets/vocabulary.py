"""What this room says about plans and in the trail."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from audit.vocabulary import register_operations, register_reasons
from changes.vocabulary import register_problems
from common.spreadsheets.errors import WORDS


def register() -> None:
    """Make it known."""
    sentences = {code: format_lazy(words, limit="%(limit)s") for code, words in WORDS.items()}
    register_problems({f"file_{code}": sentence for code, sentence in sentences.items()})
    lines = {
        code: format_lazy(gettext_lazy("Line {line}: {sentence}"), line="%(line)s", sentence=sentence)
        for code, sentence in sentences.items()
    }
    register_problems({f"line_{code}": sentence for code, sentence in lines.items()})
    inside = gettext_lazy("Sheet “{sheet}”: {sentence}")
    register_problems(
        {
            f"sheet_{code}": format_lazy(inside, sheet="%(sheet)s", sentence=sentence)
            for code, sentence in lines.items()
        }
    )
    register_problems({"file_is_gone": gettext_lazy("The file has expired. Please choose it again.")})
    register_operations(
        {
            "org.export": gettext_lazy("exported the organization"),
            "changes.result": gettext_lazy("took the result of a change set"),
        }
    )
    register_reasons({"not_made": gettext_lazy("The file could not be made; nobody took it.")})

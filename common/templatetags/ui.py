"""Template tags of the shared pieces; built in, so that no template loads them."""

from datetime import datetime
from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common import avatars
from common.tables import Column, Table

register = template.Library()


@register.simple_tag(name="icon")
def _icon(name: str, classes: str = "") -> SafeString:
    """A picture of static/icons.svg; decoration only: a control that has nothing else needs its own label."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#tabler-{}"/></svg>',
        classes,
        static("icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def avatar(context: Context, name: str, url: str = "", size: str = "md", icon: str = "") -> SafeString:
    """Somebody or something beside its name: initials, or an ``icon``, and a picture over it where there is one.

    Decoration: the name has to stand next to it, so the initials are no text of the page (the stylesheet shows
    them). ``size`` is sm, md or lg. The initials are there at once; the picture is loaded when it is scrolled to,
    and where it can't be had the initials simply stay.
    """
    letters = "" if icon else avatars.initials(name)
    ground = _EMPTY if letters else _icon(icon or "user")
    picture = _EMPTY
    actor = context.get("actor")
    if actor is not None and url and avatars.is_shown(url):
        pixels = avatars.SIZES[size == "lg"]
        address = avatars.path(actor.session_id, url, pixels)
        picture = format_html(_PICTURE, address, pixels, pixels)
    return format_html(_AVATAR, size, avatars.tint(name), letters, ground, picture)


@register.filter
def moment(value: datetime | None) -> SafeString:
    """A point in time in local time, to the minute; a dash when there is none."""
    return _time(value, "%Y-%m-%d %H:%M")


@register.filter
def day(value: datetime | None) -> SafeString:
    """The local day of a point in time; a dash when there is none."""
    return _time(value, "%Y-%m-%d")


@register.simple_block_tag
def detail(content: SafeString, label: str) -> SafeString:
    """One line of a ``<dl class="details">``."""
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, content if content.strip() else _NOTHING)


@register.tag
def cell(parser: Parser, token: Token) -> "CellNode":
    """``{% cell "phone" %}…{% endcell %}``: a cell of the current row, if its column is shown.

    ``{% cell "name" header %}`` makes it the row's heading.
    """
    _, key, *flags = token.split_contents()
    if flags not in ([], ["header"]):
        raise template.TemplateSyntaxError(
            "{% cell %} takes a quoted key and, for the row's heading, the word header"
        )
    content = parser.parse(("endcell",))
    parser.delete_first_token()
    return CellNode(key.strip("\"'"), "header" if flags else "", content)


@register.tag
def datatable(parser: Parser, token: Token) -> "DataTableNode":
    """Draws a ``Table``: ``{% datatable table as row %}`` the cells of one row ``{% enddatatable %}``."""
    try:
        _, table, _as, row = token.split_contents()
    except ValueError:
        raise template.TemplateSyntaxError("use {% datatable table as row %}") from None
    content = parser.parse(("enddatatable",))
    parser.delete_first_token()
    return DataTableNode(parser.compile_filter(table), row, content)


class CellNode(template.Node):
    def __init__(self, key: str, header: str, nodelist: NodeList) -> None:
        self.key = key
        self.tag = "th" if header else "td"
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        column: Column | None = context["shown_columns"].get(self.key)
        if column is None:
            return _EMPTY
        scope = _ROW_SCOPE if self.tag == "th" else _EMPTY
        css = format_html(' class="{}"', column.css) if column.css else _EMPTY
        content = self.nodelist.render(context)
        if not content.strip():
            content = _NOTHING
        return format_html(
            '<{}{}{} data-label="{}">{}</{}>', self.tag, scope, css, column.label, content, self.tag
        )


class DataTableNode(template.Node):
    child_nodelists = ("nodelist",)

    def __init__(self, table: FilterExpression, row: str, nodelist: NodeList) -> None:
        self.table = table
        self.row = row
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        table: Table = self.table.resolve(context)
        whole = template.Engine.get_default().get_template("components/table/table.html")
        with context.push(table=table, body=self._rows(table, context)):
            return whole.render(context)

    def _rows(self, table: Table, context: Context) -> SafeString:
        columns = {heading.column.key: heading.column for heading in table.state.headings}
        rows = table.page.rows if table.page else ()
        with context.push(shown_columns=columns):
            cells = ((_box(table, row), self._row(row, context)) for row in rows)
            return format_html_join("", "<tr>{}{}</tr>", cells)

    def _row(self, row: object, context: Context) -> SafeString:
        with context.push(**{self.row: row}):
            return self.nodelist.render(context)


_EMPTY = SafeString("")
_AVATAR = '<span class="avatar avatar-{} tint-{}" data-initials="{}" aria-hidden="true">{}{}</span>'
_PICTURE = '<img src="{}" width="{}" height="{}" alt="" loading="lazy" decoding="async">'
_ROW_SCOPE = SafeString(' scope="row"')
_NOTHING = SafeString('<span class="text-secondary">—</span>')
# A browser that fills it in again on the way back goes by its place, and another row may be there by then.
_BOX = (
    '<td class="bulk-box"><label><input class="form-check-input" type="checkbox" name="ids" value="{}" form="{}-bulk"'
    ' autocomplete="off" aria-label="{}"></label></td>'
)


def _box(table: Table, row: object) -> SafeString:
    """The cell in which a row is ticked."""
    if table.bulk is None:
        return _EMPTY
    label = _("Select %(name)s") % {"name": table.bulk.name_of(row)}
    return format_html(_BOX, table.bulk.id_of(row), table.name, label)


def _time(value: Any, pattern: str) -> SafeString:
    if value is None:
        return _NOTHING
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), local.strftime(pattern)
    )

"""Dresses a plain message as people's mail programs do: paragraphs, lists, tables, signatures and quoted history."""

from html import escape

_RTL = ' dir="rtl"'


def paragraphs(text: str, right_to_left: bool = False) -> str:
    """Return *text* as HTML, a paragraph for each run between blank lines; lines starting with "- " become a list."""
    direction = _RTL if right_to_left else ""
    parts = []
    for block in text.split("\n\n"):
        if block.startswith("- "):
            items = "".join(f"<li>{escape(line[2:])}</li>" for line in block.split("\n"))
            parts.append(f"<ul{direction}>{items}</ul>")
        else:
            parts.append(f"<p{direction}>" + escape(block).replace("\n", "<br>") + "</p>")
    return "".join(parts)


def table(rows: list[tuple[str, ...]]) -> tuple[str, str]:
    """Return (plain text, HTML) of a small table whose first row is its head."""
    plain = "\n".join("  ".join(cell.ljust(14) for cell in row).rstrip() for row in rows)
    head = "".join(f"<th>{escape(cell)}</th>" for cell in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows[1:])
    html = f'<table border="1" cellpadding="4"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return plain, html


def signature(name: str, company: str, phone: str, domain: str) -> tuple[str, str]:
    """Return (plain text, HTML) of a business signature."""
    plain = f"-- \n{name}\n{company}\n{phone} | https://{domain}"
    html = (
        f'<div class="signature" style="color:#777777;font-size:12px">--<br><strong>{escape(name)}</strong><br>'
        f'{escape(company)}<br>{phone} | <a href="https://{domain}">{domain}</a></div>'
    )
    return plain, html


def quoted(author: str, when: str, earlier: str) -> tuple[str, str]:
    """Return (plain text, HTML) of *earlier* quoted below a reply."""
    lead = f"On {when[:10]} at {when[11:16]} UTC, {author} wrote:"
    plain = lead + "\n> " + earlier.replace("\n", "\n> ")
    html = f'<div class="quote"><p>{escape(lead)}</p><blockquote type="cite">{paragraphs(earlier)}</blockquote></div>'
    return plain, html

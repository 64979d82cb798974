"""The small pool of files that the demo world's people attach, drawn and written here byte by byte."""

import io
import json
import random
import struct
import zlib
from typing import NamedTuple

_GLYPHS = {
    "A": "0E11111F111111",
    "B": "1E11111E11111E",
    "C": "0E11101010110E",
    "D": "1E11111111111E",
    "E": "1F10101E10101F",
    "F": "1F10101E101010",
    "G": "0E11101713110F",
    "H": "1111111F111111",
    "I": "0E04040404040E",
    "J": "0702020202120C",
    "K": "11121418141211",
    "L": "1010101010101F",
    "M": "111B1515111111",
    "N": "11111915131111",
    "O": "0E11111111110E",
    "P": "1E11111E101010",
    "Q": "0E11111115120D",
    "R": "1E11111E141211",
    "S": "0F10100E01011E",
    "T": "1F040404040404",
    "U": "1111111111110E",
    "V": "11111111110A04",
    "W": "11111115151B11",
    "X": "11110A040A1111",
    "Y": "11110A04040404",
    "Z": "1F01020408101F",
    "0": "0E11131519110E",
    "1": "040C040404040E",
    "2": "0E11010204081F",
    "3": "1F02040201110E",
    "4": "02060A121F0202",
    "5": "1F101E0101110E",
    "6": "0608101E11110E",
    "7": "1F010204080808",
    "8": "0E11110E11110E",
    "9": "0E11110F01020C",
    "-": "0000001F000000",
    "/": "00010204081000",
    ":": "00040000000400",
    ".": "00000000000C0C",
    "%": "18190204081303",
    "#": "0A0A1F0A1F0A0A",
    "!": "04040404040004",
}


class File(NamedTuple):
    """A file of the pool."""

    file_name: str
    content_type: str
    content: bytes


class _Canvas:
    """A picture under construction: *width* × *height* pixels of 24 bits."""

    def __init__(self, width: int, height: int, colour: tuple[int, int, int]) -> None:
        self.width, self.height = width, height
        self._pixels = bytearray(bytes(colour) * (width * height))

    def fill(self, left: int, top: int, width: int, height: int, colour: tuple[int, int, int]) -> None:
        """Fill a rectangle, cut off at the picture's edges."""
        right = min(left + width, self.width)
        row = bytes(colour) * max(0, right - left)
        for y in range(max(0, top), min(top + height, self.height)):
            start = (y * self.width + left) * 3
            self._pixels[start : start + len(row)] = row

    def write(self, text: str, left: int, top: int, scale: int, colour: tuple[int, int, int]) -> None:
        """Write *text* in capitals, five by seven dots a letter."""
        for letter in text.upper():
            dots = bytes.fromhex(_GLYPHS.get(letter, "00" * 7))
            for y, bits in enumerate(dots):
                for x in range(5):
                    if bits >> (4 - x) & 1:
                        self.fill(left + x * scale, top + y * scale, scale, scale, colour)
            left += 6 * scale

    def png(self) -> bytes:
        """Return the picture as a PNG file."""
        stride = self.width * 3
        raw = b"".join(b"\0" + self._pixels[y * stride : (y + 1) * stride] for y in range(self.height))

        def chunk(kind: bytes, data: bytes) -> bytes:
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        return (
            b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")
        )


def _window(title: str, accent: tuple[int, int, int]) -> _Canvas:
    canvas = _Canvas(480, 300, (247, 248, 250))
    canvas.fill(0, 0, 480, 26, (222, 225, 230))
    for place, colour in enumerate(((236, 95, 89), (244, 190, 79), (97, 196, 84))):
        canvas.fill(10 + place * 14, 9, 8, 8, colour)
    canvas.fill(64, 6, 400, 14, (255, 255, 255))
    canvas.fill(0, 26, 480, 34, accent)
    canvas.write(title, 14, 36, 2, (255, 255, 255))
    return canvas


def _error_page(title: str, code: str, words: str) -> bytes:
    canvas = _window(title, (44, 62, 80))
    canvas.write(code, 150, 105, 8, (190, 60, 55))
    canvas.write(words, 110, 190, 2, (80, 88, 98))
    for place in range(3):
        canvas.fill(110, 222 + place * 14, 260 - place * 50, 6, (210, 214, 220))
    return canvas.png()


def _cart(title: str, banner: str) -> bytes:
    canvas = _window(title, (27, 94, 82))
    canvas.fill(14, 72, 452, 26, (253, 231, 229))
    canvas.write(banner, 24, 79, 2, (176, 42, 34))
    for place in range(4):
        top = 112 + place * 36
        canvas.fill(14, top, 28, 28, (200 - place * 22, 170, 120 + place * 26))
        canvas.fill(54, top + 4, 170 - place * 18, 7, (120, 126, 134))
        canvas.fill(54, top + 16, 90, 5, (196, 200, 206))
        canvas.write(f"{19 + place * 7}.95", 400, top + 8, 2, (50, 54, 60))
    canvas.fill(340, 262, 126, 28, (27, 94, 82))
    canvas.write("PLACE ORDER", 350, 269, 1, (255, 255, 255))
    return canvas.png()


def _chart(title: str, rng: random.Random) -> bytes:
    canvas = _window(title, (58, 66, 150))
    level = 90.0
    for place in range(60):
        level = max(12.0, min(190.0, level + rng.uniform(-16, 18 if place > 38 else 14)))
        tall = int(level)
        canvas.fill(20 + place * 7, 280 - tall, 5, tall, (205, 80, 70) if place > 42 else (110, 128, 205))
    canvas.fill(14, 280, 452, 1, (90, 94, 100))
    return canvas.png()


def _table(title: str, rng: random.Random) -> bytes:
    canvas = _window(title, (92, 60, 110))
    for row in range(11):
        top = 70 + row * 20
        canvas.fill(14, top, 452, 18, (255, 255, 255) if row % 2 else (238, 234, 243))
        canvas.write(f"#{rng.randint(100000, 989999)}", 20, top + 5, 1, (70, 74, 80))
        canvas.fill(90, top + 6, rng.randint(60, 170), 6, (150, 154, 162))
        canvas.write(
            ("PAID", "UNPAID", "FAILED")[rng.randrange(3)], 300, top + 5, 1, (40, 110, 80) if row % 3 else (190, 60, 55)
        )
        canvas.write(f"{rng.randint(9, 900)}.{rng.randint(10, 99)}", 410, top + 5, 1, (70, 74, 80))
    return canvas.png()


def _log(rng: random.Random, service: str, problem: str) -> bytes:
    lines = []
    for number in range(60):
        level, text = (
            ("ERROR", problem)
            if number % 13 == 12
            else ("INFO", f"handled GET /products/{rng.randint(100, 9999)} in {rng.randint(8, 240)} ms")
        )
        lines.append(
            f"{9 + number // 20:02d}:{number * 3 % 60:02d}:{rng.randint(0, 59):02d} {level:<5} {service} "
            f"req_{rng.getrandbits(40):010x} {text}"
        )
    return ("\n".join(lines) + "\n").encode()


def _csv(rng: random.Random, columns: str, quote: bool) -> bytes:
    out = io.StringIO()
    out.write(columns + "\r\n")
    for number in range(40):
        name = f'"Shelf 24"" oak no. {number}"' if quote and number == 17 else f"Article {number}"
        out.write(f"SKU-{1000 + number},{name},{rng.randint(5, 190)}.90,{rng.randint(0, 60)}\r\n")
    return out.getvalue().encode()


def _pdf(title: str, lines: list[str]) -> bytes:
    """Return a one-page PDF; texts must be ASCII without brackets."""
    text = (
        f"BT /F1 20 Tf 60 770 Td ({title}) Tj /F1 11 Tf 0 -34 Td 16 TL "
        + " ".join(f"({line}) Tj T*" for line in lines)
        + " ET"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text.encode("ascii")),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def _json(value: object) -> bytes:
    return json.dumps(value, indent=2).encode()


def _har(host: str, path: str, status: int) -> bytes:
    entry = {
        "startedDateTime": "2026-01-15T10:22:31.000Z",
        "time": 1840,
        "request": {
            "method": "POST",
            "url": f"https://{host}{path}",
            "httpVersion": "HTTP/2",
            "headers": [],
            "queryString": [],
            "cookies": [],
            "headersSize": -1,
            "bodySize": 214,
        },
        "response": {
            "status": status,
            "statusText": "",
            "httpVersion": "HTTP/2",
            "headers": [{"name": "x-request-id", "value": "req_41c07be2a9"}],
            "cookies": [],
            "content": {"size": 0, "mimeType": "application/json"},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": 0,
        },
        "cache": {},
        "timings": {"send": 1, "wait": 1836, "receive": 3},
    }
    return _json(
        {"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "entries": [entry]}}
    )


def pool() -> tuple[File, ...]:
    """Return the thirty files, always the same."""
    rng = random.Random(20)  # noqa: S311 (pictures, not secrets)
    png, text, csv = "image/png", "text/plain", "text/csv"
    return (
        File("storefront-502.png", png, _error_page("STOREFRONT", "502", "BAD GATEWAY - EDGE FRA2")),
        File("outage 503.png", png, _error_page("SHOP", "503", "SERVICE UNAVAILABLE")),
        File("not-found.png", png, _error_page("ADMIN", "404", "THIS PAGE HAS MOVED")),
        File("forbidden.png", png, _error_page("PARTNER PORTAL", "403", "ACCESS DENIED")),
        File("Screenshot checkout.png", png, _cart("CHECKOUT", "PAYMENT DECLINED - PAY-2207")),
        File("Bildschirmfoto Warenkorb.png", png, _cart("WARENKORB", "KEINE VERSANDART: CHK-4012")),
        File("capture-panier.png", png, _cart("PANIER", "TOTAL 0.00 - TAX-5003")),
        File("スクリーンショット.png", png, _cart("CART", "SES-9006 SESSION ENDED")),
        File("لقطة شاشة.png", png, _cart("CART", "3DS-ABANDONED")),
        File("response-times.png", png, _chart("P95 RESPONSE TIME MS", rng)),
        File("conversion-week.png", png, _chart("CONVERSION / WEEK", rng)),
        File("failed-deliveries.png", png, _chart("FAILED DELIVERIES", rng)),
        File("orders-unpaid.png", png, _table("ORDERS TODAY", rng)),
        File("commission-statement.png", png, _table("STATEMENT", rng)),
        File("edge.log", text, _log(rng, "edge", "upstream closed connection before headers, HTTP 502")),
        File("connector.log", text, _log(rng, "erp-connector", "SYNC-118 token refused, retry in 300 s")),
        File("webhook-deliveries.log", text, _log(rng, "hooks", "410 from subscriber, delivery parked")),
        File("worker-heap.log", text, _log(rng, "worker", "heap 1.9 GiB after reconnect")),
        File("products.csv", csv, _csv(rng, "sku,name,price,stock", True)),
        File("price-list.csv", csv, _csv(rng, "sku,name,net_price,min_quantity", False)),
        File("orders-export.csv", csv, _csv(rng, "sku,name,total,quantity", False)),
        File(
            "invoice-copy.pdf",
            "application/pdf",
            _pdf("Invoice", ["Period: last month", "Stores: 3", "Total due: 418.00 EUR"]),
        ),
        File(
            "scan-report.pdf",
            "application/pdf",
            _pdf("Vulnerability scan", ["Findings: 4", "Highest severity: medium", "Host: 203.0.113.20"]),
        ),
        File(
            "confirmation.pdf",
            "application/pdf",
            _pdf("Confirmation", ["Your store was closed as requested.", "No further fees apply."]),
        ),
        File(
            "lawyer-letter.pdf",
            "application/pdf",
            _pdf("Letter before action", ["Deadline: ten days", "Our reference: 11-204"]),
        ),
        File(
            "payload.json",
            "application/json",
            _json({"event": "order.created", "id": "evt_90aa12", "data": {"order": 481516, "total": "84.95"}}),
        ),
        File(
            "response-422.json",
            "application/json",
            _json({"error": "unprocessable", "fields": {"shipping.house_number": ["is missing"]}}),
        ),
        File("checkout.har", "application/json", _har("shop.example", "/checkout/complete", 504)),
        File(
            "webhook-raw.txt",
            text,
            b'POST /hooks/orders HTTP/1.1\r\nX-Signature: 5f1d90c2\r\n\r\n{"id":"evt_77"}\n',
        ),
        # A name that no console may ever start by a click; the content is only text.
        File(
            "price-update-tool.exe", "application/x-msdownload", b"MZ This file is a harmless sample and no program.\n"
        ),
    )

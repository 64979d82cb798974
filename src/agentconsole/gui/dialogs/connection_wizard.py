"""Three steps to a profile: where, who, and proof that it works."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QWidget

from agentconsole._gen.ui_connection_wizard import Ui_ConnectionWizard
from agentconsole.domain.desk_kinds import DESK_KINDS, DeskKind, Person, Way, complete_address
from agentconsole.gui.profile_form import (
    Connect,
    ConnectionReport,
    ProfileForm,
    address_problem,
    mid_sentence,
    sign_in_problem,
    suggested_name,
)
from agentconsole.gui.tasks import Tasks, trouble_of

KINDS = tuple(DESK_KINDS)

WHO: dict[Person, tuple[str, str, str]] = {
    "email": ("&E-mail", "Your e-mail address", "you@company.example"),
    "user": ("&User name", "Your user name", ""),
    "": ("", "", ""),
}
"""By what names the agent: the field's label, what it is called to a screen reader, and an example."""

ADDRESS, SIGN_IN, RESULT = range(3)
STEPS = 3

KEPT = "Your secret is kept sealed: in your computer's keychain, or under your passphrase."
BROWSER = "You sign in on the help desk's own page. The console never sees your password."
TESTING = "Signing in and asking what this help desk can do …"
WAITING = "Your web browser shows the help desk's page. Sign in there and allow the console, then come back …"


class ConnectionWizard(QDialog):
    """Asks, tests, and hands over a profile that works.

    Signals:
        connected: The :class:`ProfileForm` that passed the test.
    """

    connected = Signal(object)

    def __init__(
        self, tasks: Tasks, connect: Connect, parent: QWidget | None = None, *, known: ProfileForm | None = None
    ) -> None:
        """*known* is a profile whose token expired: only the sign-in is asked again."""
        super().__init__(parent)
        self._tasks = tasks
        self._connect = connect
        self._attempt = 0
        self._testing: asyncio.Task[ConnectionReport] | None = None
        self._passed: ProfileForm | None = None
        self._name_typed = False
        self._form = Ui_ConnectionWizard()
        self._form.setupUi(self)  # type: ignore[no-untyped-call]
        self.setObjectName("connectionWizard")
        self.setModal(True)
        form = self._form
        form.kindChoice.addItems([desk.title for desk in DESK_KINDS.values()])
        form.kindChoice.currentIndexChanged.connect(self._kind_changed)
        form.wayChoice.currentIndexChanged.connect(self._way_changed)
        form.addressField.textChanged.connect(self._address_changed)
        form.nameField.textEdited.connect(self._name_edited)
        form.showToken.toggled.connect(self._show_token)
        form.backButton.clicked.connect(self._back)
        form.nextButton.clicked.connect(self._next)
        form.cancelButton.clicked.connect(self.reject)
        form.authorityButton.clicked.connect(self._choose_authority)
        self.finished.connect(self._abandon)
        self._first = ADDRESS
        self._authority = known.authority if known is not None else ""
        self._kind_changed()
        if known is not None:
            self._first = SIGN_IN
            form.kindChoice.setCurrentIndex(KINDS.index(known.kind))
            form.addressField.setText(known.url)
            form.nameField.setText(known.name)
            form.wayChoice.setCurrentIndex(self._desk.ways.index(self._desk.way(known.way)))
            form.emailField.setText(known.email)
            form.clientField.setText(known.client_id)
            # a token is for one person at one desk: another e-mail would be another profile
            form.emailField.setReadOnly(True)
            form.signInPageTitle.setText(f"Sign in to {known.name} again")
        self._go(self._first)
        if known is not None:
            (form.tokenField if self._way.secret else form.nextButton).setFocus()

    @property
    def profile(self) -> ProfileForm:
        """The profile as it is filled in now."""
        form = self._form
        url = complete_address(self._kind, form.addressField.text())
        return ProfileForm(
            name=form.nameField.text().strip() or suggested_name(url),
            kind=self._kind,
            url=url,
            email=form.emailField.text().strip() if self._way.person else "",
            token=form.tokenField.text().strip() if self._way.secret else "",
            authority_file=form.authorityField.text().strip(),
            authority=self._authority,
            way=self._way.name if self._way is not self._desk.ways[0] else "",
            client_id="" if self._way.secret else form.clientField.text().strip(),
        )

    @property
    def _kind(self) -> str:
        return KINDS[self._form.kindChoice.currentIndex()]

    @property
    def _desk(self) -> DeskKind:
        return DESK_KINDS[self._kind]

    @property
    def _way(self) -> Way:
        return self._desk.ways[max(self._form.wayChoice.currentIndex(), 0)]

    def _kind_changed(self) -> None:
        form, desk = self._form, self._desk
        form.addressHint.setText(desk.address_hint)
        form.kindProof.setText(desk.proof)
        form.addressField.setPlaceholderText(desk.example)
        form.wayChoice.blockSignals(True)
        form.wayChoice.clear()
        form.wayChoice.addItems([way.title for way in desk.ways])
        form.wayChoice.blockSignals(False)
        # what was typed for one vendor must not be sent to another
        form.tokenField.clear()
        self._way_changed()
        self._address_changed()

    def _way_changed(self) -> None:
        """Ask for what this way to sign in needs, and for nothing else."""
        form, way = self._form, self._way
        rows = form.signInForm
        label, name, example = WHO[way.person]
        form.signInFormLabel0.setText(label)
        form.emailField.setAccessibleName(name)
        form.emailField.setPlaceholderText(example)
        form.signInFormLabel1.setText(f"&{way.secret}")
        form.tokenField.setAccessibleName(way.secret)
        form.showToken.setText(f"Show the {mid_sentence(way.secret)}")
        form.showToken.setAccessibleName(form.showToken.text())
        for field, is_asked in (
            (form.wayChoice, len(self._desk.ways) > 1),
            (form.emailField, bool(way.person)),
            (form.clientField, not way.secret),
            (form.tokenField, bool(way.secret)),
            (form.showToken, bool(way.secret)),
        ):
            rows.setRowVisible(field, is_asked)
        form.tokenHint.setText(way.hint)
        form.signInPageIntro.setText(KEPT if way.secret else BROWSER)
        form.signInProblem.clear()
        if form.pages.currentIndex() == SIGN_IN:
            self._name_next(SIGN_IN)

    def _address_changed(self) -> None:
        form = self._form
        form.addressProblem.clear()
        url = complete_address(self._kind, form.addressField.text())
        if not self._name_typed:
            form.nameField.setText(suggested_name(url))

    def _name_edited(self) -> None:
        self._name_typed = True

    def _show_token(self, shown: bool) -> None:
        self._form.tokenField.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)

    def _choose_authority(self) -> None:
        dialog = QFileDialog(self, "Certificate authority", "", "Certificates (*.pem *.crt *.cer);;All files (*)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._form.authorityField.setText)
        dialog.open()

    def _go(self, page: int) -> None:
        form = self._form
        form.pages.setCurrentIndex(page)
        form.stepText.setText(f"Step {page + 1 - self._first} of {STEPS - self._first}")
        form.backButton.setVisible(page != self._first)
        self._name_next(page)
        form.nextButton.setEnabled(page != RESULT or self._passed is not None)
        asked = (form.wayChoice, form.emailField, form.clientField, form.tokenField)
        first_asked = next(field for field in asked if form.signInForm.isRowVisible(field))
        first = (form.addressField, first_asked, form.backButton)[page]
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def _name_next(self, page: int) -> None:
        test = "Test the connection" if self._way.secret else "Open the browser"
        self._form.nextButton.setText(("Next", test, "Start")[page])

    def _back(self) -> None:
        self._give_up()
        self._passed = None
        self._go(max(self._first, self._form.pages.currentIndex() - 1))

    def _next(self) -> None:
        form = self._form
        match form.pages.currentIndex():
            case 0:
                problem = address_problem(self._kind, form.addressField.text())
                form.addressProblem.setText(problem)
                if not problem:
                    self._go(SIGN_IN)
            case 1:
                filled = self.profile
                problem = sign_in_problem(self._kind, self._way.name, filled.email, filled.token, filled.client_id)
                form.signInProblem.setText(problem)
                if not problem:
                    self._test()
            case _:
                if self._passed is not None:
                    self.connected.emit(self._passed)
                    self.accept()

    def _test(self) -> None:
        profile = self.profile
        self._passed = None
        self._attempt += 1
        attempt = self._attempt
        form = self._form
        form.resultPageTitle.setText("Testing the connection")
        form.resultPageIntro.setText(profile.url)
        form.resultText.setText(TESTING if self._way.secret else WAITING)
        form.resultProgress.show()
        for label in (form.resultFacts, form.resultLacks, form.resultProblem, form.resultAdvice):
            label.clear()
        self._go(RESULT)

        async def run() -> ConnectionReport:
            return await self._connect(profile)

        attempted: Coroutine[Any, Any, ConnectionReport] = run()
        self._testing = self._tasks.run(
            attempted,
            done=lambda report: self._tested(attempt, profile, report),
            failed=lambda error: self._tested(attempt, profile, _report_of(error)),
        )

    def _tested(self, attempt: int, profile: ProfileForm, report: ConnectionReport) -> None:
        if attempt != self._attempt:
            return  # the agent went back meanwhile: an old answer must not pass a new form
        form = self._form
        form.resultProgress.hide()
        form.resultText.clear()
        form.resultPageTitle.setText("You are connected" if report.ok else "That did not work")
        form.resultFacts.setText("\n".join(f"✓  {fact}" for fact in report.facts))
        form.resultLacks.setText(f"Not offered here: {report.lacks}." if report.lacks else "")
        form.resultProblem.setText(report.problem)
        form.resultAdvice.setText(report.advice)
        self._passed = (report.form or profile) if report.ok else None
        form.nextButton.setEnabled(report.ok)
        (form.nextButton if report.ok else form.backButton).setFocus(Qt.FocusReason.TabFocusReason)

    def _give_up(self) -> None:
        """An answer to what was asked so far counts no longer, and nobody waits for a browser."""
        self._attempt += 1
        if self._testing is not None:
            self._testing.cancel()
            self._testing = None

    def _abandon(self) -> None:
        self._give_up()
        # the secret must not linger in a closed dialog
        self._form.tokenField.clear()


def _report_of(error: BaseException) -> ConnectionReport:
    trouble = trouble_of(error)
    detail = str(error) if getattr(error, "title", "") and str(error) != trouble.title else ""
    return ConnectionReport(ok=False, problem=trouble.title, advice=" ".join(p for p in (detail, trouble.advice) if p))

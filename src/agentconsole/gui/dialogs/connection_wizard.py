"""Three steps to a profile: where, who, and proof that it works."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QWidget

from agentconsole._gen.ui_connection_wizard import Ui_ConnectionWizard
from agentconsole.gui.profile_form import (
    ADDRESS_HINTS,
    KINDS,
    TOKEN_HINTS,
    Connect,
    ConnectionReport,
    ProfileForm,
    address_problem,
    complete_address,
    sign_in_problem,
    suggested_name,
)
from agentconsole.gui.tasks import Tasks, trouble_of

ADDRESS, SIGN_IN, RESULT = range(3)
STEPS = 3


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
        self._passed: ProfileForm | None = None
        self._name_typed = False
        self._form = Ui_ConnectionWizard()
        self._form.setupUi(self)  # type: ignore[no-untyped-call]
        self.setObjectName("connectionWizard")
        self.setModal(True)
        form = self._form
        form.kindChoice.currentIndexChanged.connect(self._kind_changed)
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
            form.emailField.setText(known.email)
            # a token is for one person at one desk: another e-mail would be another profile
            form.emailField.setReadOnly(True)
            form.signInPageTitle.setText(f"Sign in to {known.name} again")
        self._go(self._first)
        if known is not None:
            form.tokenField.setFocus()

    @property
    def profile(self) -> ProfileForm:
        """The profile as it is filled in now."""
        form = self._form
        url = complete_address(self._kind, form.addressField.text())
        return ProfileForm(
            name=form.nameField.text().strip() or suggested_name(url),
            kind=self._kind,
            url=url,
            email=form.emailField.text().strip(),
            token=form.tokenField.text().strip(),
            authority_file=form.authorityField.text().strip(),
            authority=self._authority,
        )

    @property
    def _kind(self) -> str:
        return KINDS[self._form.kindChoice.currentIndex()]

    def _kind_changed(self) -> None:
        form = self._form
        form.addressHint.setText(ADDRESS_HINTS[self._kind])
        form.tokenHint.setText(TOKEN_HINTS[self._kind])
        form.addressField.setPlaceholderText("acme" if self._kind == "zendesk" else "https://desk.company.example")
        self._address_changed()

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
        form.nextButton.setText(("Next", "Test the connection", "Start")[page])
        form.nextButton.setEnabled(page != RESULT or self._passed is not None)
        first = (form.addressField, form.emailField, form.backButton)[page]
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def _back(self) -> None:
        self._attempt += 1
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
                problem = sign_in_problem(form.emailField.text(), form.tokenField.text())
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
        form.resultText.setText("Signing in and asking what this help desk can do …")
        form.resultProgress.show()
        for label in (form.resultFacts, form.resultProblem, form.resultAdvice):
            label.clear()
        self._go(RESULT)

        async def run() -> ConnectionReport:
            return await self._connect(profile)

        attempted: Coroutine[Any, Any, ConnectionReport] = run()
        self._tasks.run(
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
        form.resultProblem.setText(report.problem)
        form.resultAdvice.setText(report.advice)
        self._passed = profile if report.ok else None
        form.nextButton.setEnabled(report.ok)
        (form.nextButton if report.ok else form.backButton).setFocus(Qt.FocusReason.TabFocusReason)

    def _abandon(self) -> None:
        self._attempt += 1
        # the secret must not linger in a closed dialog
        self._form.tokenField.clear()


def _report_of(error: BaseException) -> ConnectionReport:
    trouble = trouble_of(error)
    detail = str(error) if getattr(error, "title", "") and str(error) != trouble.title else ""
    return ConnectionReport(ok=False, problem=trouble.title, advice=" ".join(p for p in (detail, trouble.advice) if p))

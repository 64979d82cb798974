"""Verbs that keep the store and the help desk in agreement: pull, push, settle, supervise."""

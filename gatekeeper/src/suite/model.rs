//! The contents of a suite (`pkg/gator/verify/suite.go`).

use std::path::{Path, PathBuf};

use super::Assertion;
use crate::documents::Document;
use crate::fault::{Fault, FieldPath};

/// `kind: Suite`: tests of constraints.
#[derive(Clone, Debug)]
pub struct Suite {
    /// The suite's file. The paths in the suite are relative to its folder.
    pub file: PathBuf,
    /// The suite's document, in which the paths of tests and cases have a place.
    pub document: Document,
    /// `true` if the suite is skipped.
    pub skip: bool,
    /// The suite's tests.
    pub tests: Vec<Test>,
}

impl Suite {
    /// Returns the path of a file that the suite names. As in gator, a path with a leading slash is
    /// relative too.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.file.parent().unwrap_or(Path::new("")).join(relative.trim_start_matches('/'))
    }
}

/// A template with one of its constraints, and objects to judge.
#[derive(Clone, Debug)]
pub struct Test {
    /// The test's name.
    pub name: String,
    /// The file of the template.
    pub template: String,
    /// The file of the constraint.
    pub constraint: String,
    /// The file of `ExpansionTemplate`s, if the test has one.
    pub expansion: Option<String>,
    /// `true` if the template's schema must reject the constraint.
    pub invalid: bool,
    /// `true` if the test is skipped.
    pub skip: bool,
    /// The test's cases.
    pub cases: Vec<Case>,
    /// The path of the test in the suite's document.
    pub place: FieldPath,
    /// The faults because of which the test cannot run. Each case has its own.
    pub faults: Vec<Fault>,
}

/// An object and the violations expected in it.
#[derive(Clone, Debug)]
pub struct Case {
    /// The case's name.
    pub name: String,
    /// The file of the object, which may be an `AdmissionReview`.
    pub object: String,
    /// Files of objects for `data.inventory`.
    pub inventory: Vec<String>,
    /// The assertions about the violations.
    pub assertions: Vec<Assertion>,
    /// `true` if the case is skipped.
    pub skip: bool,
    /// The path of the case in the suite's document.
    pub place: FieldPath,
    /// The faults because of which the case cannot run.
    pub faults: Vec<Fault>,
}

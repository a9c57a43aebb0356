//! What a suite holds (`pkg/gator/verify/suite.go`).

use std::path::{Path, PathBuf};

use super::Assertion;
use crate::documents::Document;
use crate::fault::{Fault, FieldPath};

/// `kind: Suite`: tests of constraints.
#[derive(Clone, Debug)]
pub struct Suite {
    /// The file that it stands in. The paths in the suite are relative to its folder.
    pub file: PathBuf,
    /// Its document, in which the paths of tests and cases have a place.
    pub document: Document,
    /// Whether nothing of it is run.
    pub skip: bool,
    /// Its tests.
    pub tests: Vec<Test>,
}

impl Suite {
    /// The path of a file that the suite names. As for gator, a path with a slash in front is
    /// relative too.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.file.parent().unwrap_or(Path::new("")).join(relative.trim_start_matches('/'))
    }
}

/// A template with one constraint of it, and objects to judge.
#[derive(Clone, Debug)]
pub struct Test {
    /// The name.
    pub name: String,
    /// The file of the template.
    pub template: String,
    /// The file of the constraint.
    pub constraint: String,
    /// The file of `ExpansionTemplate`s, where there is one.
    pub expansion: Option<String>,
    /// Whether the constraint must be one that the template's schema refuses.
    pub invalid: bool,
    /// Whether it is not run.
    pub skip: bool,
    /// The objects.
    pub cases: Vec<Case>,
    /// Where it stands in the suite.
    pub place: FieldPath,
    /// Why it cannot be run; its cases have their own.
    pub faults: Vec<Fault>,
}

/// An object and what is to be found in it.
#[derive(Clone, Debug)]
pub struct Case {
    /// The name.
    pub name: String,
    /// The file of the object, which may be an `AdmissionReview`.
    pub object: String,
    /// Files of objects for `data.inventory`.
    pub inventory: Vec<String>,
    /// What must hold.
    pub assertions: Vec<Assertion>,
    /// Whether it is not run.
    pub skip: bool,
    /// Where it stands in the suite.
    pub place: FieldPath,
    /// Why it cannot be run.
    pub faults: Vec<Fault>,
}

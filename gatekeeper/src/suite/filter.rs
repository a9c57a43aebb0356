//! The selection of tests and cases to run (`pkg/gator/verify/filter.go`).

use std::fmt;

use ferrego_runtime::builtins::regex::Pattern;

use super::{Case, Test};

/// A selection of tests and cases by name. Patterns match anywhere in a name.
#[derive(Clone, Debug, Default)]
pub enum Filter {
    /// Every test and case.
    #[default]
    All,
    /// The cases whose name or whose test's name matches.
    Either(Pattern),
    /// `test//case`: the cases that match the second pattern, in tests that match the first.
    Both(Pattern, Pattern),
}

/// An invalid filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError(String);

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid test filter: {}", self.0)
    }
}

impl std::error::Error for FilterError {}

impl Filter {
    /// Parses the argument of `gator verify --run`: a pattern, or two patterns separated by `//`.
    /// The empty text selects everything.
    ///
    /// # Errors
    /// Returns an error if the text has more than one `//`, or if a pattern is not a regular
    /// expression of Go.
    pub fn new(text: &str) -> Result<Self, FilterError> {
        let pattern =
            |text: &str| Pattern::new(text).map_err(|error| FilterError(error.to_string()));
        if text.is_empty() {
            return Ok(Self::All);
        }
        let parts: Vec<&str> = text.split("//").collect();
        match parts[..] {
            [either] => Ok(Self::Either(pattern(either)?)),
            [test, case] => Ok(Self::Both(pattern(test)?, pattern(case)?)),
            _ => Err(FilterError("a filter may include at most one \"//\"".to_owned())),
        }
    }

    /// Returns `true` if the filter selects the test or one of its cases.
    pub fn takes_test(&self, test: &Test) -> bool {
        match self {
            Self::All => true,
            Self::Either(pattern) => {
                pattern.is_match(&test.name)
                    || test.cases.iter().any(|case| pattern.is_match(&case.name))
            }
            Self::Both(pattern, _) => pattern.is_match(&test.name),
        }
    }

    /// Returns `true` if the filter selects the case of the test.
    pub fn takes_case(&self, test: &Test, case: &Case) -> bool {
        match self {
            Self::All => true,
            Self::Either(pattern) => pattern.is_match(&case.name) || pattern.is_match(&test.name),
            Self::Both(of_test, of_case) => {
                of_case.is_match(&case.name) && of_test.is_match(&test.name)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::FieldPath;

    fn test(name: &str, cases: &[&str]) -> Test {
        let case = |name: &&str| Case {
            name: (*name).to_owned(),
            object: String::new(),
            inventory: Vec::new(),
            assertions: Vec::new(),
            skip: false,
            place: FieldPath::default(),
            faults: Vec::new(),
        };
        Test {
            name: name.to_owned(),
            template: String::new(),
            constraint: String::new(),
            expansion: None,
            invalid: false,
            skip: false,
            cases: cases.iter().map(case).collect(),
            place: FieldPath::default(),
            faults: Vec::new(),
        }
    }

    fn taken(filter: &str) -> Vec<String> {
        let filter = Filter::new(filter).expect("a filter");
        let tests =
            [test("labels", &["missing", "present"]), test("ports", &["missing-all", "labels"])];
        let mut taken = Vec::new();
        for test in tests.iter().filter(|test| filter.takes_test(test)) {
            taken.push(test.name.clone());
            let cases = test.cases.iter().filter(|case| filter.takes_case(test, case));
            taken.extend(cases.map(|case| format!(" {}", case.name)));
        }
        taken
    }

    #[test]
    fn filters_choose_as_gators_do() {
        assert_eq!(taken("").len(), 6);
        assert_eq!(taken("labels"), ["labels", " missing", " present", "ports", " labels"]);
        assert_eq!(taken("^missing$"), ["labels", " missing"]);
        assert_eq!(taken("ports//missing"), ["ports", " missing-all"]);
        assert_eq!(taken("^ports$//"), ["ports", " missing-all", " labels"]);
        assert_eq!(taken("//missing"), ["labels", " missing", "ports", " missing-all"]);
        assert_eq!(taken("ports//present"), ["ports"]);
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        let told = |filter| Filter::new(filter).expect_err("an error").to_string();
        assert_eq!(told("a//b//c"), "invalid test filter: a filter may include at most one \"//\"");
        assert!(told("(").starts_with("invalid test filter: "));
        assert!(told("a//[").starts_with("invalid test filter: "));
    }
}

//! Explanations of answers: the data that a report prints.
//!
//! An explanation owns its texts. Values are Rego terms, shortened to [`VALUE_LENGTH`] characters.
//! The number of steps of an explanation is limited, so that its size does not depend on the input.

use std::sync::Arc;

/// The most characters of a value in an explanation.
pub const VALUE_LENGTH: usize = 160;

/// The explanation of a document below `data`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The explanation of the rule, or `None` if the document is not one rule.
    pub rule: Option<Rule>,
    /// The error that stopped the explanation, such as the end of its budget.
    pub stopped: Option<String>,
    /// `true` if steps are left out, because there are too many.
    pub is_cut: bool,
}

/// The explanation of a rule, or of a function for its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The full name, with the arguments of a function: `data.lib.is_exempt("web")`.
    pub name: String,
    /// The value, or `None` if it is undefined.
    pub value: Option<String>,
    /// The error that stops the evaluation of the rule.
    pub error: Option<String>,
    /// The definitions in source order. It is empty if the rule is explained elsewhere, or nested
    /// too deeply.
    pub definitions: Vec<Definition>,
}

/// The explanation of one definition of a rule, or of an `else` or a `default`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    pub place: Place,
    /// The head as the source writes it.
    pub text: String,
    pub outcome: Outcome,
}

/// The outcome of a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The definition holds.
    Holds {
        solutions: Vec<Solution>,
        /// The number of solutions that are left out.
        left_out: usize,
    },
    /// A literal fails in each attempt.
    Fails(Failure),
    /// The arguments of a function do not match the parameters.
    OtherArguments,
    /// OPA's rule index leaves the definition out, because a condition on the input or on an argument
    /// does not hold.
    LeftOut,
    /// An error stopped the evaluation.
    Stops(String),
}

/// A solution of a body, with the value of the head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solution {
    pub value: String,
    /// The literals of the body, in source order.
    pub steps: Vec<Step>,
}

/// The literal at which the attempt that got furthest failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The literal with the values of the first attempt that failed there.
    pub step: Step,
    /// The number of attempts that failed at this literal.
    pub here: usize,
    /// The number of all attempts.
    pub attempts: usize,
}

/// A literal of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub place: Place,
    /// The literal as the source writes it, on one line.
    pub text: String,
    pub facts: Vec<Fact>,
}

/// A fact about a literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The value of a variable or of a part of the literal.
    Value { name: String, value: String },
    /// A sentence, such as the reason why a reference is undefined.
    Note(String),
    /// A rule or function that the literal asks.
    Rule(Box<Rule>),
    /// Literals inside the literal, such as those of the body of `every`.
    Body { title: String, steps: Vec<Step> },
}

/// A place in the file that the author wrote; for a template, in its YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub file: Arc<str>,
    pub line: u32,
    pub column: u32,
}

/// The output of one call of `print`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    pub place: Place,
    pub text: String,
}

/// The output of the calls of `print` in an evaluation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prints {
    pub lines: Vec<Printed>,
    /// `true` if lines are left out, because there are too many.
    pub is_cut: bool,
}

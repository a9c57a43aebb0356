//! The faults that a validation finds, with the messages of OPA's `gojsonschema`.

/// A place in the document, as the keys and indexes from the root.
pub(super) struct Context<'c> {
    name: &'c str,
    parent: Option<&'c Context<'c>>,
}

impl<'c> Context<'c> {
    /// The root of the document.
    pub(super) const ROOT: Context<'static> = Context { name: "", parent: None };

    /// Returns the place `name` below this one.
    pub(super) fn below(&'c self, name: &'c str) -> Context<'c> {
        Context { name, parent: Some(self) }
    }

    /// Returns the place as OPA shows it: `(Root)`, or the names below it joined by dots.
    fn field(&self) -> String {
        let mut names = Vec::new();
        let mut place = self;
        while let Some(parent) = place.parent {
            names.push(place.name);
            place = parent;
        }
        if names.is_empty() {
            return String::from("(Root)");
        }
        names.reverse();
        names.join(".")
    }
}

/// A violation of the schema by the document.
pub(super) struct Fault {
    /// OPA's name for the kind of fault.
    pub(super) kind: &'static str,
    pub(super) field: String,
    pub(super) description: String,
}

/// The faults of a document, or of a part of it, against a schema.
#[derive(Default)]
pub(super) struct Report {
    faults: Vec<Fault>,
    /// The quality of the fit. If none of several schemas fits, the faults of the best one are
    /// reported.
    pub(super) score: i64,
}

impl Report {
    /// Returns `true` if the report contains no faults.
    pub(super) fn is_valid(&self) -> bool {
        self.faults.is_empty()
    }

    /// Returns the faults in the order in which they were found.
    pub(super) fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Adds a fault. A `{field}` at the start of `description` is replaced by the place.
    pub(super) fn add(&mut self, context: &Context<'_>, kind: &'static str, description: &str) {
        let field = context.field();
        let description = match description.strip_prefix("{field}") {
            Some(rest) => format!("{field}{rest}"),
            None => description.to_owned(),
        };
        self.faults.push(Fault { kind, field, description });
        self.score -= 2;
    }

    /// Adds the faults of a part.
    pub(super) fn merge(&mut self, part: Report) {
        self.faults.extend(part.faults);
        self.score += part.score;
    }
}

//! Shapes as small indices: equal shapes have equal indices, so steps can be cached.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::fields::Step;
use super::inventory::Level;
use crate::lints::kubernetes::TypeId;

/// Index of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Shape(u32);

impl Shape {
    /// The shape of an unknown value.
    pub(crate) const ANY: Shape = Shape(0);
    /// The shape of a value that does not exist, such as a member of an empty array.
    pub(in crate::lints) const NOTHING: Shape = Shape(1);
}

/// An alternative of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::lints) enum Alternative {
    Any,
    Scalar(Scalar, Origin),
    /// A string that is one of several.
    Texts(TextsId, Origin),
    Array(Shape, Origin),
    Set(Shape, Origin),
    /// An object with values of one shape under any key.
    Map(Shape, Origin),
    Record(RecordId),
    /// An object of Kubernetes or a part of one.
    Object(TypeId, Basis),
    /// A level of the inventory.
    Inventory(Level),
}

/// The type of a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::lints) enum Scalar {
    Null,
    Boolean,
    Integer,
    Number,
    String,
}

/// The origin of an alternative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::lints) enum Origin {
    /// A schema: of the parameters, of the `AdmissionRequest` or of Kubernetes.
    Schema,
    /// A value that the policy computes.
    Policy,
}

/// The reason why an object of Kubernetes is an alternative. The order is that of certainty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::lints) enum Basis {
    /// The policy or a constraint names the kind.
    Known,
    /// Neither names a kind, so that an object may be of any, a custom one included.
    Guess,
    /// The policy or a constraint names other kinds.
    Other,
}

/// Index of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::lints) struct RecordId(u32);

/// Index of a set of strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::lints) struct TextsId(u32);

/// An object whose fields are known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::lints) struct Record {
    pub(in crate::lints) owner: Owner,
    /// The fields in the order of their names.
    pub(in crate::lints) fields: Vec<(Arc<str>, Shape)>,
    pub(in crate::lints) rest: Rest,
}

/// The document to which a record belongs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::lints) enum Owner {
    /// `input`
    Input,
    /// The `AdmissionRequest` or an object in it, with a name for messages.
    Review(&'static str),
    /// The parameters or an object in them, with its path.
    Parameters(Arc<str>),
    /// An object that the policy computes.
    Policy,
}

/// The fields that a record does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::lints) enum Rest {
    /// None exist.
    None,
    /// Others may exist, though they are not declared.
    Undeclared,
    /// All others have this shape.
    Of(Shape),
}

/// All shapes of an analysis.
#[derive(Debug)]
pub(in crate::lints) struct Shapes {
    alternatives: Vec<Rc<[Alternative]>>,
    ids: HashMap<Rc<[Alternative]>, Shape>,
    records: Vec<Rc<Record>>,
    record_ids: HashMap<Rc<Record>, RecordId>,
    texts: Vec<Rc<[Arc<str>]>>,
    texts_ids: HashMap<Rc<[Arc<str>]>, TextsId>,
    /// The steps to named fields that were taken before.
    pub(super) steps: HashMap<(Shape, Arc<str>), Step>,
}

/// The most alternatives of a shape.
const MAX_ALTERNATIVES: usize = 1000;

fn index(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl Shapes {
    /// Returns the store with only [`Shape::ANY`] and [`Shape::NOTHING`].
    pub(in crate::lints) fn new() -> Self {
        let mut shapes = Self {
            alternatives: Vec::new(),
            ids: HashMap::new(),
            records: Vec::new(),
            record_ids: HashMap::new(),
            texts: Vec::new(),
            texts_ids: HashMap::new(),
            steps: HashMap::new(),
        };
        shapes.intern(Rc::from([Alternative::Any]));
        shapes.intern(Rc::from([]));
        shapes
    }

    fn intern(&mut self, alternatives: Rc<[Alternative]>) -> Shape {
        if let Some(&id) = self.ids.get(&alternatives) {
            return id;
        }
        let id = Shape(index(self.alternatives.len()));
        self.alternatives.push(Rc::clone(&alternatives));
        self.ids.insert(alternatives, id);
        id
    }

    /// Returns the shape of values of one of `alternatives`.
    pub(in crate::lints) fn of(
        &mut self,
        alternatives: impl IntoIterator<Item = Alternative>,
    ) -> Shape {
        let mut all: Vec<Alternative> = alternatives.into_iter().collect();
        if all.contains(&Alternative::Any) || all.len() > MAX_ALTERNATIVES {
            return Shape::ANY;
        }
        all.sort_unstable();
        all.dedup_by(|later, earlier| match (later, earlier) {
            // The more certain basis comes first.
            (Alternative::Object(later, _), Alternative::Object(earlier, _)) => later == earlier,
            (later, earlier) => later == earlier,
        });
        self.intern(all.into())
    }

    /// Returns the shape of values of one alternative.
    pub(in crate::lints) fn one(&mut self, alternative: Alternative) -> Shape {
        self.of([alternative])
    }

    /// Returns the shape of values of one of `shapes`.
    pub(in crate::lints) fn union(&mut self, shapes: impl IntoIterator<Item = Shape>) -> Shape {
        let mut distinct: Vec<Shape> = shapes.into_iter().collect();
        distinct.sort_unstable();
        distinct.dedup();
        match distinct[..] {
            [] => Shape::NOTHING,
            [one] => one,
            _ => {
                let all: Vec<_> =
                    distinct.iter().flat_map(|shape| self.get(*shape).to_vec()).collect();
                self.of(all)
            }
        }
    }

    /// Returns the alternatives of a shape.
    pub(in crate::lints) fn get(&self, shape: Shape) -> Rc<[Alternative]> {
        Rc::clone(&self.alternatives[shape.0 as usize])
    }

    /// Returns the alternative of objects with the fields of a record, which need not be sorted.
    pub(in crate::lints) fn record(&mut self, mut record: Record) -> Alternative {
        record.fields.sort_by(|left, right| left.0.cmp(&right.0));
        let record = Rc::new(record);
        let next = RecordId(index(self.records.len()));
        let id = *self.record_ids.entry(Rc::clone(&record)).or_insert(next);
        if id == next {
            self.records.push(record);
        }
        Alternative::Record(id)
    }

    /// Returns a record.
    pub(in crate::lints) fn get_record(&self, id: RecordId) -> Rc<Record> {
        Rc::clone(&self.records[id.0 as usize])
    }

    /// Returns the index of a set of strings.
    pub(in crate::lints) fn texts(&mut self, texts: impl IntoIterator<Item = Arc<str>>) -> TextsId {
        let texts: Rc<[Arc<str>]> = texts.into_iter().collect();
        let next = TextsId(index(self.texts.len()));
        let id = *self.texts_ids.entry(Rc::clone(&texts)).or_insert(next);
        if id == next {
            self.texts.push(texts);
        }
        id
    }

    /// Returns a set of strings.
    pub(in crate::lints) fn get_texts(&self, id: TextsId) -> Rc<[Arc<str>]> {
        Rc::clone(&self.texts[id.0 as usize])
    }

    /// Returns the strings of which a value of the shape is one, if all alternatives say it.
    pub(in crate::lints) fn constants(&self, shape: Shape) -> Option<Vec<Arc<str>>> {
        let alternatives = self.get(shape);
        let mut all = Vec::new();
        for alternative in &*alternatives {
            let Alternative::Texts(id, Origin::Policy) = alternative else { return None };
            all.extend(self.get_texts(*id).iter().cloned());
        }
        (!all.is_empty()).then_some(all)
    }
}

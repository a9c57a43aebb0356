//! The passes over a finished plan.

use crate::plan::{
    Program, bag, choose, demand, direct, exists, format, fuse, hoist, join, once, prepare, refuse,
    remember, reuse, share, sink, subtract,
};

/// Which passes are run. No answer depends on any of them: they only make the Rust faster.
///
/// What `lower::index` does is none of them: the order of definitions and of what is tested in
/// them decides which conflicts an evaluation meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one switch a pass")]
pub struct Optimisations {
    /// Paths that a function, or the bodies in a loop, read more than once are read once.
    pub share: bool,
    /// Literal formats of `sprintf` are cut into pieces that are written directly.
    pub format: bool,
    /// Literal patterns are translated now, and held as statics.
    pub prepare: bool,
    /// Loops that look for members with a value that is known before them are served by indexes.
    pub join: bool,
    /// Loops over `walk` visit values one by one, and make paths only where these are read.
    pub walk: bool,
    /// Of definitions that exclude each other the first that holds answers.
    pub choose: bool,
    /// Sets that are only iterated are neither sorted nor freed of duplicates.
    pub bag: bool,
    /// Functions that are asked more than once for the same argument keep their answers.
    pub remember: bool,
    /// What of `input` can be read is found, so that a reader of JSON need not build the rest.
    pub demand: bool,
    /// Texts and collections are made where they are first read.
    pub sink: bool,
    /// What is bound to a key or a call is not read or called for again.
    pub reuse: bool,
    /// Collections that are only asked whether they are empty are not made.
    pub exists: bool,
    /// Definitions of a set that begin with the same loop share it.
    pub fuse: bool,
    /// Sets of keys that are only taken away from other sets are not made.
    pub subtract: bool,
    /// Tests that a loop begins with and does not change are made before it.
    pub hoist: bool,
    /// Loops over patterns are not begun for texts that none of them matches.
    pub refuse: bool,
    /// Answers of rules that are asked for once are not kept.
    pub once: bool,
    /// What is bound only to be tested is tested where it is computed.
    pub direct: bool,
}

impl Optimisations {
    /// All passes.
    pub const ALL: Self = Self {
        share: true,
        format: true,
        prepare: true,
        join: true,
        walk: true,
        choose: true,
        bag: true,
        remember: true,
        demand: true,
        sink: true,
        reuse: true,
        exists: true,
        fuse: true,
        subtract: true,
        hoist: true,
        refuse: true,
        once: true,
        direct: true,
    };
    /// No pass.
    pub const NONE: Self = Self {
        share: false,
        format: false,
        prepare: false,
        join: false,
        walk: false,
        choose: false,
        bag: false,
        remember: false,
        demand: false,
        sink: false,
        reuse: false,
        exists: false,
        fuse: false,
        subtract: false,
        hoist: false,
        refuse: false,
        once: false,
        direct: false,
    };
}

impl Default for Optimisations {
    fn default() -> Self {
        Self::ALL
    }
}

/// Runs the passes that are asked for, in order.
pub fn run(program: &mut Program, optimisations: Optimisations) {
    if optimisations.reuse {
        reuse::bindings(program);
    }
    if optimisations.subtract {
        subtract::keys(program);
    }
    if optimisations.exists {
        exists::conditions(program);
    }
    if optimisations.direct {
        direct::tests(program);
    }
    if optimisations.format {
        format::cut(program);
    }
    if optimisations.prepare {
        prepare::patterns(program);
    }
    if optimisations.join {
        join::lookups(program);
    }
    if optimisations.hoist {
        hoist::tests(program);
    }
    program.visits = optimisations.walk;
    if optimisations.choose {
        choose::exclusive(program);
    }
    if optimisations.bag {
        bag::of_sets(program);
    }
    if optimisations.remember {
        remember::answers(program);
    }
    if optimisations.demand {
        demand::find(program);
    }
    if optimisations.sink {
        sink::bindings(program);
    }
    if optimisations.fuse {
        fuse::definitions(program);
    }
    if optimisations.refuse {
        refuse::texts(program);
    }
    if optimisations.share {
        share::paths(program);
    }
    if optimisations.once {
        once::rules(program);
    }
}

//! Reports the end of each stage to a caller that measures the stages.

/// A function that receives the name of a stage when the stage ends.
pub type Observe<'o> = &'o mut dyn FnMut(&'static str);

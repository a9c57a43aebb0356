//! `ferrego describe`: the needs of policies.

use ferrego_compiler::pipeline;
use ferrego_program::report::json::write_json;

use super::read;
use crate::arguments::{Describe, DescribeOutput};
use crate::failure::Failure;
use crate::output::{stderr, stdout};
use crate::reports::describe::{DescriptionJson, write_text};

/// Prints the description of each policy. Policies with faults are errors.
pub(crate) fn describe(command: &Describe) -> Result<(), Failure> {
    let policies = read(&command.policies, &command.policies.request())?;
    stderr(&policies.warnings().collect::<Vec<_>>());
    let descriptions = policies.for_each(pipeline::describe)?;
    stdout(|to| match command.output {
        DescribeOutput::Text => write_text(&descriptions, to),
        DescribeOutput::Json => {
            write_json(&descriptions.iter().map(DescriptionJson::from).collect::<Vec<_>>(), to)
        }
    })
}

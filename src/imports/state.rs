//! How far an import is.
use crate::values::traits::choice;

choice!(
    /// How far an import is.
    ImportState {
        /// Its file is there.
        Uploaded = "uploaded", "Uploaded";
        /// Its columns are matched, and every row is looked at.
        Mapped = "mapped", "Checked";
        Running = "running", "Running";
        Done = "done", "Imported";
        Failed = "failed", "Failed";
        /// It is taken back.
        Undone = "undone", "Undone";
    }
);

impl ImportState {
    /// The states in which a file can still be matched, checked and run.
    pub const OPEN: &'static [Self] = &[Self::Uploaded, Self::Mapped, Self::Failed];

    /// The states in which it can be run.
    pub const READY: &'static [Self] = &[Self::Mapped, Self::Failed];

    /// Whether there is an outcome to count.
    pub fn has_run(self) -> bool {
        matches!(self, Self::Done | Self::Undone)
    }
}

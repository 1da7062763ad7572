/// Reads the tensors of a file written by `torch.save`.
enum TorchFile {
  static func tensors(in file: FileReader) throws(CheckpointError) -> [StoredTensor] {
    throw CheckpointError(.unsupported, file: file.path, "not written yet")
  }
}

/// Reads the tensors of a file written by `torch.save`: the zip archives of PyTorch 1.6 and later, and the plain
/// pickles before it. Nothing in the file is ever executed, see `PickleMachine`.
enum TorchFile {
  static func tensors(in file: InputFile) throws(CheckpointError) -> [StoredTensor] {
    let start = try file.bytes(at: 0, count: Int(min(file.size, 512)))
    if start.starts(with: [0x50, 0x4B]) { return try TorchArchive(file).tensors() }
    if start.first == 0x80 { return try TorchLegacyFile(file).tensors() }
    if start.count > 262, start[257..<262].elementsEqual("ustar".utf8) {
      throw CheckpointError(
        .unsupported, file: file.path, "the tar form of PyTorch before 0.2 is not supported",
        advice: TorchFile.advice)
    }
    throw CheckpointError(
      .malformed, file: file.path, location: .offset(0), "was not written by torch.save",
      advice: "it is truncated, corrupt or of another format: fetch it again")
  }

  /// What helps against everything that torch.save can write and this reader does not take.
  static let advice = "load it in PyTorch and save its state dictionary as safetensors"
}

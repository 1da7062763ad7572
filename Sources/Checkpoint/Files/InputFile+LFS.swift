extension InputFile {
  /// Throws when the file is the text that Git LFS leaves in a large file's place, the usual result of cloning a
  /// model without it.
  func checkIsNotPointer() throws(CheckpointError) {
    let signature = Array("version https://git-lfs".utf8)
    guard size >= UInt64(signature.count), size < 1024 else { return }
    if try bytes(at: 0, count: signature.count) == signature {
      throw CheckpointError(
        .missing, file: path, "is a Git LFS pointer, not the file itself",
        advice: "run `git lfs pull` in its folder")
    }
  }
}

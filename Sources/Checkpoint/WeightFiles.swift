/// The tensors of a folder's weight files, whatever their format.
struct WeightFiles {
  /// The file, or the index of several, that errors about the whole name.
  let path: String
  let tensors: [StoredTensor]

  /// Opens the first of `model.safetensors`, its shards, `pytorch_model.bin`, its shards that is there, as
  /// Hugging Face's loader does.
  static func open(_ folder: Folder, recording sources: inout [SourceFile]) throws(CheckpointError)
    -> WeightFiles
  {
    for format in [Format.safetensors, .torch] {
      if let file = try folder.openIfPresent(format.fileName, recording: &sources) {
        return WeightFiles(path: file.path, tensors: try format.tensors(in: file))
      }
      let indexName = "\(format.fileName).index.json"
      if let root = try folder.json(indexName, recording: &sources) {
        let tensors = try shards(ShardIndex(root), format, folder, recording: &sources)
        return WeightFiles(path: folder.path(of: indexName), tensors: tensors)
      }
    }
    throw CheckpointError(
      .missing, file: folder.path(of: ""),
      "holds no weights: none of model.safetensors, model.safetensors.index.json, pytorch_model.bin")
  }

  private static func shards(
    _ index: ShardIndex, _ format: Format, _ folder: Folder, recording sources: inout [SourceFile]
  ) throws(CheckpointError) -> [StoredTensor] {
    var shards: [(file: String, names: Set<[UInt8]>)] = []
    var all: [StoredTensor] = []
    for name in index.files {
      guard let file = try folder.openIfPresent(name, recording: &sources) else {
        throw index.missingShard(name)
      }
      let tensors = try format.tensors(in: file)
      shards.append((name, Set(tensors.map { Array($0.name.utf8) })))
      all += tensors
    }
    try index.check(shards)
    var names: Set<[UInt8]> = []
    for tensor in all where !names.insert(Array(tensor.name.utf8)).inserted {
      throw tensor.failure(.contradiction, "is in two shards")
    }
    return all
  }

  private enum Format {
    case safetensors, torch

    var fileName: String { self == .safetensors ? "model.safetensors" : "pytorch_model.bin" }

    func tensors(in file: InputFile) throws(CheckpointError) -> [StoredTensor] {
      switch self {
      case .safetensors: try SafetensorsFile.tensors(in: file)
      case .torch: try TorchFile.tensors(in: file)
      }
    }
  }
}

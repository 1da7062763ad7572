import Interchange

/// `model.safetensors.index.json` (or `pytorch_model.bin.index.json`): which of several files holds which tensor.
struct ShardIndex {
  /// File names below the folder, each once, in the order of their first tensor.
  let files: [String]
  /// Tensor name and its file, in the order of the text.
  let places: [(tensor: String, file: String)]
  private let node: JSONNode

  init(_ root: JSONNode) throws(CheckpointError) {
    node = try root.required("weight_map")
    var files: [String] = []
    var places: [(tensor: String, file: String)] = []
    for member in try node.members() {
      let tensor = String(decoding: member.key, as: UTF8.self)
      let entry = node.child(member.value, printable(tensor))
      let file = try entry.string()
      guard Folder.isSafe(file), !file.utf8.contains(UInt8(ascii: "/")) else {
        throw entry.failure(.malformed, "\(quoted(file)) is not the name of a file in the same folder")
      }
      if !files.contains(file) { files.append(file) }
      guard files.count <= 1000 else { throw node.failure(.unsupported, "more than 1000 shards") }
      places.append((tensor, file))
    }
    self.files = files
    self.places = places
  }

  func missingShard(_ name: String) -> CheckpointError {
    node.failure(.missing, "the shard \(quoted(name)) is not in the folder", advice: "fetch it")
  }

  /// Checks that every tensor is where the index says; `tensors` holds each shard's, in the order of `files`.
  func check(_ tensors: [(file: String, names: Set<[UInt8]>)]) throws(CheckpointError) {
    for place in places {
      let name = Array(place.tensor.utf8)
      guard let holder = tensors.first(where: { $0.names.contains(name) }) else {
        throw node.failure(
          .contradiction, "tensor \(quoted(place.tensor)) is not in \(quoted(place.file)), as the index says")
      }
      guard tensors.contains(where: { $0.file == place.file && $0.names.contains(name) }) else {
        throw node.failure(
          .contradiction,
          "tensor \(quoted(place.tensor)) is in \(quoted(holder.file)), not in \(quoted(place.file))")
      }
    }
  }
}

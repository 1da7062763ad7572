/// Finds the tensors in what a pickle built.
struct TorchState {
  private let heap: PickleHeap
  private let items: [PickleHeap.Item]
  private let file: InputFile

  /// Keys under which training scripts wrap a state dictionary.
  private static let wrappers: [StaticString] = ["state_dict", "model_state_dict", "model"]

  /// `root` is a state dictionary, or a dictionary with one.
  init(_ root: PickleValue, _ heap: PickleHeap, file: InputFile) throws(CheckpointError) {
    guard case .dictionary(var dictionary) = root else {
      throw CheckpointError(
        .unsupported, file: file.path, "holds \(root.kind), not a state dictionary", advice: TorchFile.advice)
    }
    func hasTensors(_ index: Int) -> Bool {
      heap.dictionaries[index].contains { if case .tensor = $0.value { true } else { false } }
    }
    if !hasTensors(dictionary) {
      for key in Self.wrappers {
        if case .dictionary(let inner) = heap.value(key, in: dictionary), hasTensors(inner) {
          dictionary = inner
          break
        }
      }
    }
    self.heap = heap
    items = heap.dictionaries[dictionary]
    self.file = file
  }

  /// The tensors in their order, of a repeated name the last. `locate` gives the start and the length in bytes of
  /// a storage in the file; it is asked once for each.
  func tensors(
    _ locate: (TorchStorage) throws(CheckpointError) -> (start: UInt64, length: UInt64)
  ) throws(CheckpointError) -> [StoredTensor] {
    var starts: [[UInt8]: (start: UInt64, length: UInt64)] = [:]
    var tensors: [StoredTensor] = []
    var places: [[UInt8]: Int] = [:]
    for item in items {
      guard case .tensor(let index) = item.value, let key = heap.string(item.key) else { continue }
      let tensor = heap.tensors[index]
      let storage = heap.storages[tensor.storage]
      if starts[storage.key] == nil { starts[storage.key] = try locate(storage) }
      let place = starts[storage.key] ?? (0, 0)
      let stored = try stored(tensor, storage, place, name: String(decoding: key, as: UTF8.self))
      if let earlier = places[key] {
        tensors[earlier] = stored
      } else {
        places[key] = tensors.count
        tensors.append(stored)
      }
    }
    if tensors.isEmpty {
      throw CheckpointError(
        .unsupported, file: file.path, "holds no tensors by name", advice: TorchFile.advice)
    }
    return tensors
  }

  private func stored(
    _ tensor: TorchTensor, _ storage: TorchStorage, _ place: (start: UInt64, length: UInt64), name: String
  ) throws(CheckpointError) -> StoredTensor {
    guard let length = storage.storedLength, length <= place.length else {
      throw CheckpointError(
        .malformed, file: file.path, location: .tensor(name),
        "its storage of \(storage.storedCount) elements has \(place.length) bytes in the file",
        advice: ZipArchive.refetch)
    }
    // A tensor without elements may name any offset; nothing is read for it. Otherwise its elements are inside
    // of the storage, whose length was found not to overflow.
    let first = tensor.shape.contains(0) ? 0 : storage.viewOffset + tensor.offset
    return StoredTensor(
      name: name, elementType: tensor.elementType, shape: tensor.shape, strides: tensor.strides, file: file,
      offset: place.start + UInt64(first) * UInt64(tensor.elementType.size))
  }
}

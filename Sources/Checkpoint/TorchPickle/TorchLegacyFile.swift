import Interchange

/// The form of `torch.save` before PyTorch 1.6: four pickles (magic number, protocol version, facts about the
/// system, the object), a fifth with the storages' keys, then each storage as its element count and its elements.
struct TorchLegacyFile {
  private let file: InputFile

  /// 0x1950A86A20F9469CFC6C, little-endian.
  private static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]

  init(_ file: InputFile) {
    self.file = file
  }

  func tensors() throws(CheckpointError) -> [StoredTensor] {
    var input = PickleInput(file, position: 0, end: file.size)
    try checkStart(&input)
    let (root, heap) = try Self.run(&input)
    let (keys, keyHeap) = try Self.run(&input)
    let places = try places(keys, keyHeap, declared: heap.storages, from: input.position)
    return try TorchState(root, heap, file: file).tensors { storage throws(CheckpointError) in
      guard let place = places[storage.key] else {
        throw CheckpointError(
          .malformed, file: file.path, "the storage \(quoted(storage.key)) is missing",
          advice: ZipArchive.refetch)
      }
      return place
    }
  }

  private static func run(
    _ input: inout PickleInput
  ) throws(CheckpointError) -> (PickleValue, PickleHeap) {
    var machine = PickleMachine(input)
    let value = try machine.run()
    input = machine.input
    return (value, machine.heap)
  }

  private func checkStart(_ input: inout PickleInput) throws(CheckpointError) {
    let (magic, magicHeap) = try Self.run(&input)
    guard case .longInteger(let text) = magic, magicHeap.texts[text] == Self.magic else {
      throw CheckpointError(
        .malformed, file: file.path, location: .offset(0), "a pickle, but not one of torch.save",
        advice: TorchFile.advice)
    }
    let (version, _) = try Self.run(&input)
    guard case .integer(1001) = version else {
      throw input.failure("another version than 1001 of torch.save's format", kind: .unsupported)
    }
    let (system, systemHeap) = try Self.run(&input)
    guard case .dictionary(let facts) = system,
      case .boolean(true) = systemHeap.value("little_endian", in: facts)
    else {
      throw input.failure("the numbers are not little-endian", kind: .unsupported, advice: TorchFile.advice)
    }
  }

  /// Where each storage's elements are. A storage's length in bytes follows from the type that the object's pickle
  /// declared it with.
  private func places(
    _ keys: PickleValue, _ heap: PickleHeap, declared: [TorchStorage], from start: UInt64
  ) throws(CheckpointError) -> [[UInt8]: (start: UInt64, length: UInt64)] {
    guard case .list(let index) = keys else {
      throw CheckpointError(
        .malformed, file: file.path, location: .offset(start), "the list of storages is \(keys.kind)",
        advice: ZipArchive.refetch)
    }
    var storages: [[UInt8]: TorchStorage] = [:]
    for storage in declared { storages[storage.key] = storage }
    var places: [[UInt8]: (start: UInt64, length: UInt64)] = [:]
    var position = start
    for value in heap.sequences[index] {
      let head = LittleEndianBytes(try file.bytes(at: position, count: 8), file: file, offset: position)
      let count = try head.integer(at: 0, UInt64.self)
      guard let key = heap.string(value), let storage = storages[key], let length = storage.storedLength,
        count == UInt64(storage.storedCount), length <= file.size - position - 8
      else {
        throw head.failure(at: 0, "a storage of \(count) elements that the pickle does not declare")
      }
      places[key] = (position + 8, length)
      position += 8 + length
    }
    return places
  }
}

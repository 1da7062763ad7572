extension PickleMachine {
  /// Bytes of text that count as one step of the budget.
  private static let bytesPerStep: UInt64 = 64

  /// Opcodes that push one value without parts; false for any other.
  mutating func executeScalar(_ opcode: PickleOpcode) throws(CheckpointError) -> Bool {
    switch opcode {
    case .none: push(.none)
    case .newTrue: push(.boolean(true))
    case .newFalse: push(.boolean(false))
    case .binInt: push(.integer(Int(Int32(truncatingIfNeeded: try input.integer(4)))))
    case .binInt1: push(.integer(Int(try input.byte())))
    case .binInt2: push(.integer(Int(try input.integer(2))))
    case .long1: try pushLong(UInt64(try input.byte()))
    case .long4: try pushLong(try input.integer(4))
    case .binFloat:
      push(.float(Double(bitPattern: try input.integer(8).byteSwapped)))
    case .shortBinString, .shortBinUnicode: try pushText(UInt64(try input.byte())) { .string($0) }
    case .binString, .binUnicode: try pushText(try input.integer(4)) { .string($0) }
    case .binUnicode8: try pushText(try input.integer(8)) { .string($0) }
    case .shortBinBytes: try pushText(UInt64(try input.byte())) { .bytes($0) }
    case .binBytes: try pushText(try input.integer(4)) { .bytes($0) }
    case .binBytes8: try pushText(try input.integer(8)) { .bytes($0) }
    default: return false
    }
    return true
  }

  private mutating func pushText(
    _ length: UInt64, _ value: (Int) -> PickleValue
  ) throws(CheckpointError) {
    try spend(Int(length / Self.bytesPerStep))
    push(value(heap.text(try input.bytes(length))))
  }

  /// A two's complement integer of `length` bytes, little-endian.
  private mutating func pushLong(_ length: UInt64) throws(CheckpointError) {
    try spend(Int(length / Self.bytesPerStep))
    let bytes = try input.bytes(length)
    guard bytes.count <= 8 else {
      push(.longInteger(heap.text(bytes)))
      return
    }
    let sign: UInt64 = (bytes.last ?? 0) >= 0x80 ? .max : 0
    push(.integer(Int(truncatingIfNeeded: bytes.reversed().reduce(sign) { $0 << 8 | UInt64($1) })))
  }

  /// Opcodes that make or fill tuples, lists and dictionaries; false for any other.
  mutating func executeContainer(_ opcode: PickleOpcode) throws(CheckpointError) -> Bool {
    switch opcode {
    case .emptyTuple: push(.tuple(heap.sequence([])))
    case .tuple1: try pushTuple(1)
    case .tuple2: try pushTuple(2)
    case .tuple3: try pushTuple(3)
    case .tuple: push(.tuple(heap.sequence(try popToMark())))
    case .emptyList: push(.list(heap.sequence([])))
    case .list: push(.list(heap.sequence(try popToMark())))
    case .append: try append([try pop()])
    case .appends: try append(try popToMark())
    case .emptyDict: push(.dictionary(heap.dictionary([])))
    case .dict: push(.dictionary(heap.dictionary(try items(try popToMark()))))
    case .setItem:
      let value = try pop()
      try setItems([try pop(), value])
    case .setItems: try setItems(try popToMark())
    default: return false
    }
    return true
  }

  private mutating func pushTuple(_ count: Int) throws(CheckpointError) {
    var values: [PickleValue] = []
    for _ in 0..<count { values.append(try pop()) }
    push(.tuple(heap.sequence(values.reversed())))
  }

  private mutating func append(_ values: [PickleValue]) throws(CheckpointError) {
    let target = try pop()
    guard case .list(let index) = target else { throw failure("appends to \(target.kind)") }
    heap.sequences[index].append(contentsOf: values)
    push(target)
  }

  private mutating func setItems(_ values: [PickleValue]) throws(CheckpointError) {
    let target = try pop()
    guard case .dictionary(let index) = target else { throw failure("sets items of \(target.kind)") }
    heap.dictionaries[index].append(contentsOf: try items(values))
    push(target)
  }

  private func items(_ values: [PickleValue]) throws(CheckpointError) -> [PickleHeap.Item] {
    guard values.count.isMultiple(of: 2) else { throw failure("a key without a value") }
    return stride(from: 0, to: values.count, by: 2).map {
      PickleHeap.Item(key: values[$0], value: values[$0 + 1])
    }
  }
}

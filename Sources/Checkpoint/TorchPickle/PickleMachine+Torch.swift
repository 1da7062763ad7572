extension PickleMachine {
  /// REDUCE: what calling one of the known names would make.
  mutating func executeReduce() throws(CheckpointError) {
    let arguments = try pop()
    let function = try pop()
    guard case .global(let global) = function, case .tuple(let index) = arguments else {
      throw failure("calls \(function.kind) with \(arguments.kind)")
    }
    let values = heap.sequences[index]
    switch global {
    case .orderedDictionary: push(try orderedDictionary(values))
    case .rebuildTensor: push(try tensor(values, counts: 4...4))
    case .rebuildTensorV2: push(try tensor(values, counts: 6...7))
    case .rebuildTensorV3: push(try untypedTensor(values))
    case .rebuildParameter, .rebuildParameterWithState: push(try parameter(values))
    case .size:
      guard values.count == 1, case .tuple = values[0] else { throw failure("torch.Size of something else") }
      push(values[0])
    case .storage, .untypedStorage, .type:
      throw failure("calls a storage or type", kind: .unsupported, advice: TorchFile.advice)
    }
  }

  /// BUILD gives a state dictionary its `_metadata`, which tensors do not need.
  mutating func executeBuild() throws(CheckpointError) {
    _ = try pop()
    let target = try pop()
    guard case .dictionary = target else {
      throw failure("sets the state of \(target.kind)", kind: .unsupported, advice: TorchFile.advice)
    }
    push(target)
  }

  private mutating func orderedDictionary(_ arguments: [PickleValue]) throws(CheckpointError) -> PickleValue {
    guard let pairs = arguments.first else { return .dictionary(heap.dictionary([])) }
    guard arguments.count == 1, case .list(let index) = pairs else {
      throw failure("OrderedDict of something else")
    }
    var items: [PickleHeap.Item] = []
    try spend(heap.sequences[index].count)
    for pair in heap.sequences[index] {
      let parts: [PickleValue]
      switch pair {
      case .tuple(let index), .list(let index): parts = heap.sequences[index]
      default: parts = []
      }
      guard parts.count == 2 else { throw failure("OrderedDict of something else than pairs") }
      items.append(PickleHeap.Item(key: parts[0], value: parts[1]))
    }
    return .dictionary(heap.dictionary(items))
  }

  private func parameter(_ arguments: [PickleValue]) throws(CheckpointError) -> PickleValue {
    guard (3...4).contains(arguments.count), case .tensor = arguments[0] else {
      throw failure("a parameter of something else than a tensor")
    }
    return arguments[0]
  }

  /// `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks[, metadata])`
  private mutating func tensor(
    _ arguments: [PickleValue], counts: ClosedRange<Int>
  ) throws(CheckpointError) -> PickleValue {
    guard counts.contains(arguments.count), case .storage(let storage) = arguments[0],
      let type = heap.storages[storage].elementType
    else { throw failure("a tensor of something else than a typed storage") }
    return try tensor(arguments, storage, type, storageCount: heap.storages[storage].count)
  }

  /// `_rebuild_tensor_v3(storage, offset, size, stride, requires_grad, hooks, dtype[, metadata])`
  private mutating func untypedTensor(_ arguments: [PickleValue]) throws(CheckpointError) -> PickleValue {
    guard (7...8).contains(arguments.count), case .storage(let storage) = arguments[0],
      heap.storages[storage].elementType == nil, case .global(.type(let type)) = arguments[6]
    else { throw failure("a tensor of something else than an untyped storage and a type") }
    return try tensor(arguments, storage, type, storageCount: heap.storages[storage].count / type.size)
  }

  private mutating func tensor(
    _ arguments: [PickleValue], _ storage: Int, _ type: ElementType, storageCount: Int
  ) throws(CheckpointError) -> PickleValue {
    guard case .integer(let offset) = arguments[1],
      let shape = heap.integers(arguments[2], limit: StoredTensor.maximumRank),
      let strides = heap.integers(arguments[3], limit: StoredTensor.maximumRank)
    else { throw failure("a tensor's offset, size or stride is not what it should be") }
    guard offset >= 0, let extent = StoredTensor.extent(shape: shape, strides: strides),
      extent == 0 || (offset <= storageCount && extent <= storageCount - offset)
    else {
      throw failure(
        "a tensor of size \(shape) and stride \(strides) at \(offset) exceeds its storage of \(storageCount)")
    }
    heap.tensors.append(
      TorchTensor(storage: storage, elementType: type, offset: offset, shape: shape, strides: strides))
    return .tensor(heap.tensors.count - 1)
  }

  /// BINPERSID: `('storage', class, key, device, count[, view])`.
  mutating func executePersistentID() throws(CheckpointError) {
    let id = try pop()
    guard case .tuple(let index) = id else { throw failure("a persistent id is \(id.kind)") }
    let parts = heap.sequences[index]
    guard (5...6).contains(parts.count), let kind = heap.string(parts[0]), kind.elementsEqual("storage".utf8),
      let key = heap.string(parts[2]), case .integer(let count) = parts[4], count >= 0
    else {
      throw failure("a persistent id is not a storage's", kind: .unsupported, advice: TorchFile.advice)
    }
    var storage = TorchStorage(elementType: nil, key: key, storedCount: count, count: count)
    switch parts[1] {
    case .global(.storage(let type)): storage.elementType = type
    case .global(.untypedStorage): break
    default: throw failure("a storage's class is \(parts[1].kind)")
    }
    if parts.count == 6 { try applyView(parts[5], to: &storage) }
    heap.storages.append(storage)
    push(.storage(heap.storages.count - 1))
  }

  /// `(key, offset, count)`: files of before 2018 keep a part of a storage as a storage of its own, named by the
  /// view's key; its elements are the root storage's from `offset` on.
  private func applyView(_ view: PickleValue, to storage: inout TorchStorage) throws(CheckpointError) {
    if case .none = view { return }
    guard storage.elementType != nil, case .tuple(let index) = view, heap.sequences[index].count == 3,
      case .integer(let offset) = heap.sequences[index][1],
      case .integer(let count) = heap.sequences[index][2],
      offset >= 0, count >= 0, offset <= storage.count, count <= storage.count - offset
    else { throw failure("a storage's view is not inside of it") }
    storage.viewOffset = offset
    storage.count = count
  }
}

import Interchange

/// A pickle reader that can only build numbers, strings, tuples, lists, dictionaries, storages and tensors.
///
/// Pickle is a program; here it has no access to anything: names of classes and functions are looked up in a
/// fixed list (`TorchGlobal`), whatever is not in it ends the reading with its name and place, and "calling" one
/// of the list makes a value of the reader's own. Work and memory are bounded by `budget`.
struct PickleMachine {
  var input: PickleInput
  var heap = PickleHeap()
  private(set) var stack: [PickleValue] = []
  /// Heights of the stack where MARK was.
  private var marks: [Int] = []
  private var memo: [UInt64: PickleValue] = [:]
  /// Of the opcode being executed.
  private var start: UInt64 = 0

  /// Steps left: one for each opcode, and for each item that an opcode copies. A state dictionary takes some tens a
  /// tensor.
  private var budget = Self.maximumSteps

  private static let maximumSteps = 1_000_000

  init(_ input: PickleInput) {
    self.input = input
  }

  /// Runs until STOP and returns the value on top; `input` is then behind the pickle.
  mutating func run() throws(CheckpointError) -> PickleValue {
    while true {
      start = input.position
      try spend(1)
      let byte = try input.byte()
      guard let opcode = PickleOpcode(rawValue: byte) else {
        throw failure("unknown opcode 0x\(String(byte, radix: 16))")
      }
      if opcode == .stop { return try pop() }
      try execute(opcode)
    }
  }

  mutating func spend(_ steps: Int) throws(CheckpointError) {
    budget -= steps
    if budget < 0 {
      throw failure(
        "takes more than \(Self.maximumSteps) steps", kind: .unsupported, advice: TorchFile.advice)
    }
  }

  /// About the opcode being executed.
  func failure(
    _ message: String, kind: CheckpointError.Kind = .malformed, advice: String = ZipArchive.refetch
  ) -> CheckpointError {
    input.failure(message, kind: kind, at: start, advice: advice)
  }

  mutating func push(_ value: PickleValue) { stack.append(value) }

  mutating func pop() throws(CheckpointError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
      throw failure("the stack is empty")
    }
    return value
  }

  mutating func popToMark() throws(CheckpointError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw failure("no MARK") }
    let values = Array(stack[mark...])
    stack.removeSubrange(mark...)
    return values
  }

  private func top() throws(CheckpointError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.last else { throw failure("the stack is empty") }
    return value
  }
}

extension PickleMachine {
  private mutating func execute(_ opcode: PickleOpcode) throws(CheckpointError) {
    switch opcode {
    case .proto:
      let version = try input.byte()
      if version > 5 { throw failure("protocol \(version)", kind: .unsupported, advice: TorchFile.advice) }
    case .frame: _ = try input.integer(8)
    case .mark: marks.append(stack.count)
    case .pop:
      // POP right after MARK takes the mark, as in CPython.
      if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
    case .popMark: _ = try popToMark()
    case .dup: push(try top())
    case .binGet: try recall(UInt64(try input.byte()))
    case .longBinGet: try recall(try input.integer(4))
    case .binPut: memo[UInt64(try input.byte())] = try top()
    case .longBinPut: memo[try input.integer(4)] = try top()
    case .memoize: memo[UInt64(memo.count)] = try top()
    case .global: try pushGlobal(module: try input.line(), name: try input.line())
    case .stackGlobal: try executeStackGlobal()
    case .reduce: try executeReduce()
    case .build: try executeBuild()
    case .binPersID: try executePersistentID()
    default:
      if try executeScalar(opcode) { return }
      if try executeContainer(opcode) { return }
      throw failure(
        "the opcode \(opcode) is not part of a state dictionary", kind: .unsupported, advice: TorchFile.advice
      )
    }
  }

  private mutating func recall(_ index: UInt64) throws(CheckpointError) {
    guard let value = memo[index] else { throw failure("nothing was memorized as \(index)") }
    push(value)
  }

  private mutating func executeStackGlobal() throws(CheckpointError) {
    let name = try pop()
    let module = try pop()
    guard let module = heap.string(module), let name = heap.string(name) else {
      throw failure("the name of a class or function must be strings")
    }
    try pushGlobal(module: module, name: name)
  }

  private mutating func pushGlobal(module: [UInt8], name: [UInt8]) throws(CheckpointError) {
    guard let global = TorchGlobal(module: module, name: name) else {
      throw failure(
        "refers to \(quoted(module + [UInt8(ascii: ".")] + name)), which is not part of a state dictionary"
          + " and is never run",
        kind: .unsupported, advice: "if the file can be trusted, \(TorchFile.advice)")
    }
    push(.global(global))
  }
}

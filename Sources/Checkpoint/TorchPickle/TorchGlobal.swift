/// The classes and functions that a state dictionary's pickle may name. They are only names here: what they
/// would do in Python, `PickleMachine` does with values of its own.
enum TorchGlobal: Equatable {
  case orderedDictionary
  case rebuildTensor
  case rebuildTensorV2
  case rebuildTensorV3
  case rebuildParameter
  case rebuildParameterWithState
  case size
  case storage(ElementType)
  case untypedStorage
  case type(ElementType)

  /// Nil for anything else.
  init?(module: [UInt8], name: [UInt8]) {
    switch (String(decoding: module, as: UTF8.self), String(decoding: name, as: UTF8.self)) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch._utils", "_rebuild_tensor"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensorV2
    case ("torch._utils", "_rebuild_tensor_v3"): self = .rebuildTensorV3
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    case ("torch._utils", "_rebuild_parameter_with_state"): self = .rebuildParameterWithState
    case ("torch", "Size"): self = .size
    case ("torch.storage", "UntypedStorage"), ("torch", "UntypedStorage"): self = .untypedStorage
    case ("torch", let name):
      if let type = Self.storageTypes[name] {
        self = .storage(type)
      } else if let type = Self.types[name] {
        self = .type(type)
      } else {
        return nil
      }
    default: return nil
    }
  }

  private static let storageTypes: [String: ElementType] = [
    "DoubleStorage": .float64, "FloatStorage": .float32, "HalfStorage": .float16,
    "BFloat16Storage": .bfloat16, "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16,
    "CharStorage": .int8, "ByteStorage": .uint8, "BoolStorage": .boolean,
    "ComplexFloatStorage": .other("C64", size: 8), "ComplexDoubleStorage": .other("C128", size: 16),
  ]

  private static let types: [String: ElementType] = [
    "float64": .float64, "float32": .float32, "float16": .float16, "bfloat16": .bfloat16,
    "int64": .int64, "int32": .int32, "int16": .int16, "int8": .int8, "uint8": .uint8, "bool": .boolean,
    "uint16": .other("U16", size: 2), "uint32": .other("U32", size: 4), "uint64": .other("U64", size: 8),
    "float8_e4m3fn": .other("F8_E4M3", size: 1), "float8_e5m2": .other("F8_E5M2", size: 1),
  ]
}

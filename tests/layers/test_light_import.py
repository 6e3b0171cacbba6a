import subprocess
import sys

import pytest


@pytest.mark.parametrize("package", ["layers", "heads", "export"])
def test_importing_the_package_imports_neither_keras_nor_onnx(package):
    code = (
        f"import sys, textlstm.{package} as p; assert p.__all__ and dir(p) == sorted(p.__all__);"
        "print([m for m in ('keras', 'tensorflow', 'onnx', 'onnxruntime') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("package", ["layers", "heads", "export"])
def test_every_name_resolves_and_another_is_an_attribute_error(package):
    import importlib

    module = importlib.import_module(f"textlstm.{package}")
    for name in module.__all__:
        found = getattr(module, name)
        assert callable(found)
        assert found.__name__ == name
    with pytest.raises(AttributeError, match=f"module 'textlstm.{package}' has no attribute 'x'"):
        _ = module.x

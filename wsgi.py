from carerapp import create_app

app = create_app()
